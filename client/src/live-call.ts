// Sound and picture over one connection for the whole event. The server offers it with a fixed number of slots;
// a move changes who is in them, and nothing is negotiated again. A connection that is lost is made anew.
import { effect, type Signal, signal } from "@preact/signals";
import type { Call, Devices, Kind, Slot } from "./call.ts";
import { Face } from "./face.ts";
import type { CallOffer, FromBrowser, ParticipantId, Slots, ToBrowser } from "./protocol.ts";

const AGAIN_MS = 250; // and up to as much again, so that not everybody comes at once
const OFTEN = 20; // times, which is longer than the media process takes to start again; then
const SELDOM_MS = 8_000;
const OFFER_MS = 6_000;
const QUIET_MS = 800; // long enough for media, a report or a check to come, where anything does
const UNREACHABLE_MS = 10_000; // in vain, until it is said that nothing comes about
const STREAM = /^slot(\d+)$/;

/** What a call needs of the connection to the server: false while there is none. */
export type Send = (message: FromBrowser) => boolean;

export class LiveCall implements Call {
  readonly slots: Signal<readonly Slot[]> = signal([]);
  readonly works = signal(false);
  readonly trouble: Signal<"lost" | "unreachable" | null> = signal(null);
  readonly blocked: Signal<(() => void) | null> = signal(null);
  readonly taken = signal(false);

  private peer: RTCPeerConnection | null = null;
  private faces = new Map<number, Face>();
  private people = new Map<number, ParticipantId>();
  private speaking: ReadonlySet<ParticipantId> = new Set();
  private stopped: ReadonlySet<number> = new Set();
  private switched: Slots | null = null; // and nobody new was seen since
  private tries = 0;
  private since: number | null = null; // when the first try in vain began, performance.now()
  private timer = 0;
  private doubting = false;
  private resting = false;
  private ended = false;
  private readonly stops: readonly (() => void)[];

  /** `wall`: the server's clock now, ms since 1970; null while that is not known. */
  constructor(private readonly send: Send, readonly devices: Devices, private readonly wall: () => number | null) {
    this.stops = [
      effect(() => void this.publish("audio", devices.tracks.audio.value)),
      effect(() => void this.publish("video", devices.tracks.video.value)),
      effect(() => this.faces.forEach((face) => face.speakThrough(devices.speaker.value))),
      watchingNetwork(() => void this.doubt()),
    ];
  }

  /** The line to the server is there, for the first time or again. */
  connected(): void {
    if (this.taken.peek()) return;
    this.since = null;
    if (this.works.peek()) void this.doubt();
    else this.ask();
  }

  take(): void {
    this.taken.value = false;
    this.devices.rest(false);
    this.ask();
  }

  /** Nobody can be met here for now. No camera stays on. */
  rest(on: boolean): void {
    if (on === this.resting) return;
    this.resting = on;
    this.devices.rest(on);
    clearTimeout(this.timer);
    this.hangUp();
    this.trouble.value = null;
    if (!on) this.connected();
  }

  receive(message: ToBrowser): void {
    if (this.taken.peek() || this.resting) return;
    switch (message.type) {
      case "CallOffer":
        return void this.offered(message);
      case "Slots":
        this.switched = this.arranged(message) ? message : null;
        return;
      case "CallLost":
        return this.again();
      case "CallTaken":
        this.taken.value = true;
        this.devices.rest(true);
        this.hangUp();
        return clearTimeout(this.timer);
      case "NoCall":
        return clearTimeout(this.timer);
      case "Speaking":
        return this.spoke(message.person, message.on);
      case "WeakLine":
        this.stopped = new Set(message.slots);
        return this.show();
    }
  }

  leave(): void {
    this.ended = true;
    this.stops.forEach((stop) => stop());
    clearTimeout(this.timer);
    this.hangUp();
    this.devices.stop();
  }

  // The connection

  private ask(): void {
    if (this.ended || this.resting || !this.send({ type: "Call" })) return;
    this.since ??= performance.now();
    this.after(OFFER_MS, () => this.again());
  }

  private again(): void {
    this.hangUp();
    const soon = AGAIN_MS * (1 + Math.random());
    this.after(this.tries++ < OFTEN ? soon : SELDOM_MS, () => this.ask());
    if (this.since !== null && performance.now() - this.since > UNREACHABLE_MS) this.trouble.value = "unreachable";
  }

  private after(ms: number, then: () => void): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(then, ms);
  }

  /** The network may be another. The browser itself takes seconds to find out; what is silent is made anew. */
  private async doubt(): Promise<void> {
    const { peer } = this;
    if (!peer || !this.works.peek() || this.doubting) return;
    this.doubting = true;
    const before = await received(peer);
    await new Promise((go) => setTimeout(go, QUIET_MS));
    this.doubting = false;
    if (this.peer === peer && (await received(peer)) === before) this.ask();
  }

  private hangUp(): void {
    if (this.works.peek()) this.trouble.value = "lost";
    this.works.value = false;
    this.peer?.close();
    this.peer = null;
    this.faces.forEach((face) => face.end());
    this.faces.clear();
    this.stopped = new Set();
    this.show();
  }

  private async offered(offer: CallOffer): Promise<void> {
    clearTimeout(this.timer);
    this.hangUp();
    this.arranged(offer); // at once: a switch may come before this is done
    const peer = new RTCPeerConnection({ iceServers: offer.ice_servers.map((each) => ({ ...each, urls: [...each.urls] })) });
    this.peer = peer;
    peer.ontrack = ({ streams: [stream] }) => stream && this.arrived(stream);
    peer.onconnectionstatechange = () => this.changed(peer);
    await peer.setRemoteDescription({ type: "offer", sdp: offer.sdp });
    const [audio, video] = peer.getTransceivers();
    for (const up of [audio, video]) if (up) up.direction = "sendonly";
    const { tracks } = this.devices;
    await Promise.all([this.publish("audio", tracks.audio.peek()), this.publish("video", tracks.video.peek())]);
    await peer.setLocalDescription();
    if (this.peer !== peer) return;
    this.send({ type: "CallAnswer", sdp: firstSection(peer.localDescription?.sdp ?? "") });
    this.after(OFFER_MS, () => this.again());
  }

  private changed(peer: RTCPeerConnection): void {
    if (this.peer !== peer) return;
    switch (peer.connectionState) {
      case "connected":
        clearTimeout(this.timer);
        [this.tries, this.since] = [0, null];
        this.works.value = true;
        this.trouble.value = null;
        return;
      case "disconnected":
        return this.ask(); // a fresh connection is made sooner than the browser gives this one up
      case "failed":
      case "closed":
        return this.again();
    }
  }

  private arrived(stream: MediaStream): void {
    const slot = Number(STREAM.exec(stream.id)?.[1]);
    if (this.faces.has(slot)) return;
    const face = new Face(stream, { changed: () => this.show(), still: () => void this.doubt(), first: () => this.saw(), blocked: () => this.hush() });
    if (this.devices.speaker.peek()) face.speakThrough(this.devices.speaker.peek());
    this.faces.set(slot, face);
    this.show();
  }

  /** Silent until somebody presses something, no matter what. */
  private hush(): void {
    if (this.blocked.peek()) return;
    const loud = (): void => {
      removeEventListener("click", loud, true);
      removeEventListener("keydown", loud, true);
      this.blocked.value = null;
      this.faces.forEach((face) => face.loud());
    };
    addEventListener("click", loud, true);
    addEventListener("keydown", loud, true);
    this.blocked.value = loud;
  }

  // Who is where

  /** Whether there is somebody new. */
  private arranged({ slots }: Slots | CallOffer): boolean {
    const people = new Map(Object.entries(slots).map(([slot, person]) => [Number(slot), person]));
    const others = [...people].filter(([slot, person]) => this.people.get(slot) !== person);
    for (const [slot] of others) this.faces.get(slot)?.turn();
    this.people = people;
    this.show();
    return others.length > 0;
  }

  /** Tells how long the switch took for whoever sits here. A page that nobody sees is shown no frames. */
  private saw(): void {
    const [switched, now] = [this.switched, this.wall()];
    this.switched = null;
    if (!switched || now === null || document.hidden) return;
    this.send({ type: "Gap", cutover: switched.cutover, ms: Math.max(0, now - switched.wall_ms) });
  }

  private spoke(person: ParticipantId, on: boolean): void {
    const speaking = new Set(this.speaking);
    if (on) speaking.add(person);
    else speaking.delete(person);
    this.speaking = speaking;
    this.show();
  }

  private show(): void {
    this.slots.value = [...this.people].map(([slot, person]) => {
      const face = this.faces.get(slot);
      return {
        person,
        video: face?.video ?? null,
        shown: face?.shown ?? false,
        stopped: this.stopped.has(slot),
        speaking: this.speaking.has(person),
      };
    });
  }

  /** From now on that is what others get. Nothing is negotiated for it. */
  private async publish(kind: Kind, track: MediaStreamTrack | null): Promise<void> {
    const up = this.peer?.getTransceivers()[kind === "audio" ? 0 : 1];
    await up?.sender.replaceTrack(track);
  }
}

/** Bytes that have come over this connection, whatever they were. */
async function received(peer: RTCPeerConnection): Promise<number> {
  let bytes = 0;
  (await peer.getStats()).forEach((each: { type: string; bytesReceived?: number }) => {
    if (each.type === "candidate-pair") bytes += each.bytesReceived ?? 0;
  });
  return bytes;
}

function watchingNetwork(changed: () => void): () => void {
  const { connection } = navigator as { connection?: EventTarget }; // not in every browser
  addEventListener("online", changed);
  connection?.addEventListener("change", changed);
  return () => {
    removeEventListener("online", changed);
    connection?.removeEventListener("change", changed);
  };
}

/** The head and the first media section: all the server reads, and small enough for a message. */
const firstSection = (sdp: string): string => sdp.split(/(?=^m=)/m).slice(0, 2).join("");
