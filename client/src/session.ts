// One person's session at an event, put together by hand: store, connection, call, announcements.
import { effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { Announcer, clockSentence } from "./announce.ts";
import { api, Failed } from "./api.ts";
import type { Call, Devices } from "./call.ts";
import { Connection, NoTicket, type Socket } from "./connection.ts";
import type { AnyCommand, Done, LinkRole, ParticipantId, Refusal, TicketBody } from "./protocol.ts";
import { Store } from "./store.ts";
import { addTexts } from "./texts.ts";

export interface Session {
  event: string;
  role: LinkRole;
  store: Store;
  connection: Connection;
  /** Null until its code is here, and for those without a name who only look at the plan. */
  call: ReadonlySignal<Call | null>;
  announcer: Announcer;
  end(): void;
}

export interface Who {
  event: string;
  role: LinkRole;
  /** Which of the people on this device. */
  participant?: ParticipantId;
  /** What a host is called on screen. */
  name?: string;
  /** Camera and microphone, where they have been tried already. */
  devices?: Devices | undefined;
}

const TICK_MS = 100;
const LONGEST_TIMER_MS = 60_000; // so that a clock that is set right meanwhile counts, and no timer overflows

type Timer = ReturnType<typeof setTimeout> | number;

/** Begin: connects at once. Whoever starts a session ends it. */
export function startSession(who: Who): Session {
  const store = new Store();
  const connection = new Connection(store, {
    event: who.event,
    ticket: () => ticket(who),
    socket: () => new WebSocket(socketAddress()) as unknown as Socket,
    post: (cid, command) => post(who, cid, command),
    chance: Math.random,
  });
  const announcer = new Announcer();
  const call = signal<Call | null>(null);
  let ended = false;
  if (who.role === "participant" || who.name) {
    void callOver(store, connection, who.devices).then((live) => (ended ? live.leave() : (call.value = live)), () => {});
  }
  const stops = [ticking(store, announcer), punctual(store), listening(store, announcer), watchingLine(connection)];
  void connection.open();
  const end = (): void => {
    ended = true;
    stops.forEach((stop) => stop());
    call.value?.leave();
    connection.call = null;
    connection.close();
  };
  return { event: who.event, role: who.role, store, connection, call, announcer, end };
}

/** What sound and picture need, from files of its own: a page is there before it. */
export async function forCalls() {
  const [live, own, muting, resting, texts] = await Promise.all([
    import("./live-call.ts"), import("./own-devices.ts"), import("./muting.ts"), import("./resting.ts"),
    import("./texts/en.call.json"),
  ]);
  addTexts(texts.default);
  return { ...live, ...own, ...muting, ...resting };
}

async function callOver(store: Store, connection: Connection, devices?: Devices): Promise<Call> {
  const { LiveCall, OwnDevices, obeyHost, restWhenAlone } = await forCalls();
  const wall = (): number | null => (store.clock.isMeasured ? store.clock.wall() : null);
  const live = new LiveCall((message) => connection.signal(message), devices ?? new OwnDevices(), wall);
  obeyHost(store, connection, live.devices);
  restWhenAlone(store, live);
  connection.call = live;
  live.connected();
  return live;
}

async function ticket({ event, role, participant, name }: Who): Promise<string> {
  if (!navigator.onLine) throw new Failed(0, "offline", ""); // asking would only fill the console with errors
  const body: TicketBody = { role, ...(participant && { participant }), ...(name && { name }) };
  try {
    return (await api.ticket(event, body)).ticket;
  } catch (error) {
    const final = error instanceof Failed && error.status >= 400 && error.status < 500 && error.status !== 429;
    throw final ? new NoTicket(error.code) : error;
  }
}

async function post({ event, role, participant }: Who, cid: string, command: AnyCommand): Promise<Done | Refusal | null> {
  try {
    return await api.command(event, { role, cid, command, ...(participant && { participant }) });
  } catch (error) {
    if (!(error instanceof Failed) || error.status === 0) return null;
    return { type: "Refusal", cid, code: error.code, message: error.message };
  }
}

const socketAddress = (): string => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`;

function ticking(store: Store, announcer: Announcer): () => void {
  const timer = setInterval(() => {
    const from = store.now.value;
    store.tick();
    const guest = store.guest.value;
    const sentence = guest && from ? clockSentence(guest.clock, from, store.now.value) : null;
    if (sentence) announcer.say(sentence);
  }, TICK_MS);
  return () => clearInterval(timer);
}

/** Looks at the clock in the very moment in which a round begins, not at the next tick. */
export function punctual(store: Store): () => void {
  let timer: Timer = 0;
  const look = (at: number): void => {
    store.tick();
    const left = (at - store.clock.now()) / store.clock.rate;
    if (left > 0) timer = setTimeout(look, Math.min(left, LONGEST_TIMER_MS), at);
  };
  const stop = effect(() => {
    clearTimeout(timer);
    const at = store.beginsAt.value;
    if (at !== null) untracked(() => look(at));
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}

const listening = (store: Store, announcer: Announcer): (() => void) =>
  store.news.subscribe((news) => announcer.news(news));

function watchingLine(connection: Connection): () => void {
  const online = (): void => connection.online();
  const offline = (): void => connection.offline();
  addEventListener("online", online);
  addEventListener("offline", offline);
  return () => {
    removeEventListener("online", online);
    removeEventListener("offline", offline);
  };
}

export const SessionContext = createContext<Session | null>(null);

/** The session of the page around; only inside `<SessionPage>`. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("useSession is called outside a session's page.");
  return session;
}
