// One browser's line to an event: opens it, keeps it open, carries commands exactly once.
// Knows no page. What arrives goes into the store; what is sent gets an answer or stays pending.
import { signal, type Signal } from "@preact/signals";
import type { Sample } from "./clock.ts";
import { digest } from "./digest.ts";
import {
  type AnyCommand, CLOSE_CODES, type Done, type FromBrowser, MESSAGE_LIMIT, type Pong, type Refusal, type Resumed, type ToBrowser, VERSION,
  type Welcome,
} from "./protocol.ts";
import type { Store } from "./store.ts";

/** The part of a WebSocket that is used here. */
export interface Socket {
  onopen: ((event: never) => unknown) | null;
  onmessage: ((event: { data: string }) => unknown) | null;
  onclose: ((event: { code: number }) => unknown) | null;
  send(text: string): void;
  close(): void;
}

/** What the connection needs from outside. */
export interface Outside {
  event: string;
  /** A fresh ticket over HTTP. Rejects with `NoTicket` when trying again is no use, else with anything. */
  ticket(): Promise<string>;
  socket(): Socket;
  /** Give a command over HTTP, which takes longer ones; null when there was no answer. */
  post(cid: string, command: AnyCommand): Promise<Done | Refusal | null>;
  /** 0 ≤ chance < 1 */
  chance(): number;
}

/** The server will not let this browser in; `code` says why. */
export class NoTicket extends Error {
  constructor(readonly code: string) {
    super(`No ticket: ${code}`);
  }
}

export type Outcome = { ok: true; seq: number } | { ok: false; code: string; message: string };

interface Waiting {
  command: AnyCommand;
  settle(outcome: Outcome): void;
}

const WELCOME_MS = 5_000;
const PING_EVERY_MS = 10_000; // shows that the line still works
const PONG_MS = 5_000;
const MEASURE_EVERY_MS = 30_000;
const POST_AGAIN_MS = 2_000;
const BURST = 8;
const BURST_GAP_MS = 100;
const FIRST_RETRY_MS = 2_000;
const RETRY_FROM_MS = 500;
const RETRY_TO_MS = 15_000;

export class Connection {
  private socket: Socket | null = null;
  private waiting = new Map<string, Waiting>();
  private retries = 0;
  private ended = false;
  private attempt = 0; // grows with each try, so that an overtaken try does nothing
  private retryTimer: Timer = 0;
  private welcomeTimer: Timer = 0;
  private pongTimer: Timer = 0;
  private tickers: Timer[] = [];
  private burstTimers: Timer[] = [];
  private burst: Sample[] = [];
  private askedAgain = false;
  /** Who is told about sound and picture, and that the line is there. */
  call: { connected(): void; receive(message: ToBrowser): void } | null = null;
  /** What the last refused command was told, for a toast. */
  readonly refused: Signal<Refusal | null> = signal(null);

  constructor(
    private readonly store: Store,
    private readonly outside: Outside,
  ) {}

  /** Connect now, also when a retry is waiting or another window took over. */
  async open(): Promise<void> {
    clearTimeout(this.retryTimer);
    this.drop();
    this.ended = false;
    const attempt = ++this.attempt;
    let ticket: string;
    try {
      ticket = await this.outside.ticket();
    } catch (error) {
      if (attempt !== this.attempt) return;
      if (error instanceof NoTicket) this.end(error.code);
      else this.retry();
      return;
    }
    if (attempt === this.attempt) this.connect(ticket);
  }

  /** Give a command. Settles when the server has answered, however long the line is down; never rejects. */
  do(command: AnyCommand): Promise<Outcome> {
    if (this.ended) return Promise.resolve(closed(""));
    const cid = crypto.randomUUID();
    return new Promise((settle) => {
      this.waiting.set(cid, { command, settle });
      this.store.setPending(cid, command);
      if (this.store.connection.value.is === "open") this.give(cid, command);
    });
  }

  /** A line of chat to where you are. False when there is no line to the server: nothing was said. */
  say(text: string): boolean {
    if (this.store.connection.value.is !== "open") return false;
    this.send({ type: "Say", text });
    return true;
  }

  /** For the call: whether it was sent. */
  signal(message: FromBrowser): boolean {
    if (this.store.connection.value.is !== "open") return false;
    this.send(message);
    return true;
  }

  /** End for good; pending commands are answered with a refusal. */
  close(): void {
    this.end("left");
  }

  /** The browser says it is online again: do not wait for the next try. */
  online(): void {
    if (this.store.connection.value.is === "lost") void this.open();
  }

  /** The browser says it is offline: the socket would take minutes to notice. */
  offline(): void {
    if (this.socket) this.lost();
  }

  private connect(ticket: string): void {
    const socket = this.outside.socket();
    const mine = (handle: () => void) => (): void => {
      if (this.socket === socket) handle();
    };
    this.socket = socket;
    this.welcomeTimer = setTimeout(mine(() => this.lost()), WELCOME_MS);
    const { event } = this.outside;
    const { epoch, seq } = this.store;
    socket.onopen = mine(() => this.send({ type: "Hello", version: VERSION, ticket, event, epoch, seq }));
    socket.onmessage = ({ data }) => mine(() => this.receive(JSON.parse(data) as ToBrowser))();
    socket.onclose = ({ code }) => mine(() => this.closedWith(code))();
  }

  private receive(message: ToBrowser): void {
    const { store } = this;
    switch (message.type) {
      case "Welcome":
      case "Resumed":
        return this.welcomed(message);
      case "Changed":
        return store.changed(message);
      case "Done":
      case "Refusal":
        return this.answered(message);
      case "Pong":
        return this.ponged(message);
      case "Chat":
        return store.said(message.said);
      case "ChatCleared":
        store.chat.value = message.chat;
        return;
      case "Reconnecting":
        return store.setReconnecting(message.person, message.on);
      case "Planning":
        store.planning.value = message;
        return;
      case "Gaps":
        store.gaps.value = message;
        return;
      case "Reconnect":
        return this.lost(message.after_ms);
      case "CallOffer":
      case "Slots":
      case "NoCall":
      case "CallLost":
      case "CallTaken":
      case "Speaking":
      case "WeakLine":
        return this.call?.receive(message);
    }
  }

  /** The first word on a line; later ones bring everything anew where changes could not be sent. */
  private welcomed(message: Welcome | Resumed): void {
    const again = this.store.connection.value.is === "open";
    this.store.welcome(message, again);
    if (again) return;
    clearTimeout(this.welcomeTimer);
    this.retries = 0;
    this.askedAgain = false;
    this.store.connection.value = { is: "open" };
    for (const [cid, { command }] of this.waiting) this.give(cid, command);
    this.tickers.push(setInterval(() => this.measure(), MEASURE_EVERY_MS));
    this.tickers.push(setInterval(() => this.ping(), PING_EVERY_MS));
    this.measure();
    this.call?.connected();
  }

  /** Every attempt under the same id gets the same answer, so trying again does no harm. */
  private give(cid: string, command: AnyCommand): void {
    const message = JSON.stringify({ type: "Do", cid, command } satisfies FromBrowser);
    if (new TextEncoder().encode(message).length <= MESSAGE_LIMIT) this.socket?.send(message);
    else void this.post(cid, command);
  }

  private async post(cid: string, command: AnyCommand): Promise<void> {
    const answer = await this.outside.post(cid, command);
    if (answer) this.answered(answer);
    else setTimeout(() => this.waiting.has(cid) && this.give(cid, command), POST_AGAIN_MS);
  }

  private answered(answer: Done | Refusal): void {
    if (answer.type === "Done") return this.settle(answer.cid, { ok: true, seq: answer.seq });
    if (this.waiting.has(answer.cid)) this.refused.value = answer;
    this.settle(answer.cid, { ok: false, code: answer.code, message: answer.message });
  }

  private settle(cid: string, outcome: Outcome): void {
    const waiting = this.waiting.get(cid);
    if (!waiting) return;
    this.waiting.delete(cid);
    this.store.setPending(cid, null);
    waiting.settle(outcome);
  }

  // The clock and the pulse

  private measure(): void {
    this.burst = [];
    this.burstTimers = Array.from({ length: BURST }, (_, i) => setTimeout(() => this.ping(), i * BURST_GAP_MS));
  }

  private ping(): void {
    this.send({ type: "Ping", sent: performance.now(), skew_ms: this.store.clock.takeSkew() });
    clearTimeout(this.pongTimer);
    this.pongTimer = setTimeout(() => this.lost(), PONG_MS);
  }

  private ponged(pong: Pong): void {
    clearTimeout(this.pongTimer);
    const { clock, view, seq } = this.store;
    this.burst.push(clock.sample(pong.sent, pong.wall_ms));
    if (!clock.isMeasured || this.burst.length === BURST) clock.measured(this.burst);
    const current = pong.seq === seq && view.value !== null && pong.digest !== "";
    if (current && digest(view.value) !== pong.digest) this.askAgain();
  }

  /** Once per connection: were the two sides to disagree on how to count, asking would never end. */
  private askAgain(): void {
    if (this.askedAgain) return;
    this.askedAgain = true;
    this.send({ type: "Resync", why: "digest" });
  }

  // The end of a socket

  private closedWith(code: number): void {
    const known = (CLOSE_CODES as Record<number, { name: string; comeBack: string }>)[code];
    if (known?.comeBack === "no") this.end(known.name);
    else this.lost();
  }

  private lost(after_ms?: number): void {
    this.attempt++;
    this.drop();
    this.retry(after_ms);
  }

  private retry(after_ms?: number): void {
    const most =
      this.retries === 0 ? FIRST_RETRY_MS : Math.min(RETRY_TO_MS, RETRY_FROM_MS * 2 ** (this.retries - 1));
    const wait = after_ms ?? this.outside.chance() * most;
    this.retries++;
    this.store.connection.value = { is: "lost", retryAt: performance.now() + wait };
    this.retryTimer = setTimeout(() => void this.open(), wait);
  }

  private end(why: string): void {
    this.attempt++;
    this.ended = true;
    clearTimeout(this.retryTimer);
    this.drop();
    this.store.connection.value = { is: "closed", why };
    for (const cid of [...this.waiting.keys()]) this.settle(cid, closed(why));
  }

  private drop(): void {
    clearTimeout(this.welcomeTimer);
    clearTimeout(this.pongTimer);
    for (const timer of [...this.tickers, ...this.burstTimers]) clearTimeout(timer);
    this.tickers = [];
    this.burstTimers = [];
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  private send(message: FromBrowser): void {
    this.socket?.send(JSON.stringify(message));
  }
}

type Timer = ReturnType<typeof setTimeout> | number;

const closed = (why: string): Outcome => ({ ok: false, code: "closed", message: why });
