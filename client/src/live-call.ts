// Sound and picture over one connection for the whole event. The server offers it with a fixed number of slots;
// a move changes who is in them, and nothing is negotiated again.
import { type Signal, signal } from "@preact/signals";
import type { Call, Slot } from "./call.ts";
import type { CallOffer, FromBrowser, ParticipantId, Slots, ToBrowser } from "./protocol.ts";

const AGAIN_MS = 1_500;
const OFFER_MS = 6_000;
const STREAM = /^slot(\d+)$/;

/** What a call needs of the connection to the server: false while there is none. */
export type Send = (message: FromBrowser) => boolean;

type Kind = "audio" | "video";

export class LiveCall implements Call {
  readonly slots: Signal<readonly Slot[]> = signal([]);
  readonly own: Signal<MediaStream | null> = signal(null);
  readonly microphone = signal(false);
  readonly camera = signal(false);
  readonly works = signal(false);
  readonly blocked: Signal<(() => void) | null> = signal(null);

  private peer: RTCPeerConnection | null = null;
  private streams = new Map<number, MediaStream>();
  private people = new Map<number, ParticipantId>();
  private since = new Map<number, number>();
  private speaking: ReadonlySet<ParticipantId> = new Set();
  private tracks: Record<Kind, MediaStreamTrack | null> = { audio: null, video: null };
  private timer = 0;
  private ended = false;

  constructor(private readonly send: Send) {}

  /** The line to the server is there, for the first time or again. */
  connected(): void {
    if (this.peer?.connectionState !== "connected") this.ask();
  }

  receive(message: ToBrowser): void {
    switch (message.type) {
      case "CallOffer":
        return void this.offered(message);
      case "Slots":
        return this.arranged(message);
      case "CallLost":
        return this.again();
      case "NoCall":
        return clearTimeout(this.timer);
      case "Speaking":
        return this.spoke(message.person, message.on);
    }
  }

  block(again: () => void): void {
    const others = this.blocked.peek();
    this.blocked.value = () => {
      this.blocked.value = null;
      others?.();
      again();
    };
  }

  async setMicrophone(on: boolean): Promise<boolean> {
    const done = await this.set("audio", on, { audio: true });
    this.microphone.value = done && on;
    return done;
  }

  async setCamera(on: boolean): Promise<boolean> {
    const wanted = { video: { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { max: 30 } } };
    const done = await this.set("video", on, wanted);
    this.camera.value = done && on;
    const { video } = this.tracks;
    this.own.value = video ? new MediaStream([video]) : null;
    return done;
  }

  leave(): void {
    this.ended = true;
    clearTimeout(this.timer);
    this.hangUp();
    for (const track of Object.values(this.tracks)) track?.stop();
  }

  // The connection

  private ask(): void {
    if (!this.ended && this.send({ type: "Call" })) this.after(OFFER_MS);
  }

  private again(): void {
    this.hangUp();
    this.after(AGAIN_MS);
  }

  private after(ms: number): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.ask(), ms);
  }

  private hangUp(): void {
    this.works.value = false;
    this.peer?.close();
    this.peer = null;
    this.streams.clear();
    this.show();
  }

  private async offered(offer: CallOffer): Promise<void> {
    clearTimeout(this.timer);
    this.hangUp();
    const peer = new RTCPeerConnection({ iceServers: offer.ice_servers.map((each) => ({ ...each, urls: [...each.urls] })) });
    this.peer = peer;
    peer.ontrack = ({ streams: [stream] }) => stream && this.arrived(stream);
    peer.onconnectionstatechange = () => this.changed(peer);
    await peer.setRemoteDescription({ type: "offer", sdp: offer.sdp });
    const [audio, video] = peer.getTransceivers();
    for (const up of [audio, video]) if (up) up.direction = "sendonly";
    await Promise.all([audio?.sender.replaceTrack(this.tracks.audio), video?.sender.replaceTrack(this.tracks.video)]);
    await peer.setLocalDescription();
    if (this.peer !== peer) return;
    this.send({ type: "CallAnswer", sdp: firstSection(peer.localDescription?.sdp ?? "") });
    this.arranged(offer);
    this.after(OFFER_MS);
  }

  private changed(peer: RTCPeerConnection): void {
    if (this.peer !== peer) return;
    this.works.value = peer.connectionState === "connected";
    if (this.works.value) clearTimeout(this.timer);
    if (peer.connectionState === "failed" || peer.connectionState === "closed") this.again();
    if (peer.connectionState === "disconnected") this.after(AGAIN_MS);
  }

  private arrived(stream: MediaStream): void {
    const slot = Number(STREAM.exec(stream.id)?.[1]);
    this.streams.set(slot, stream);
    this.show();
  }

  // Who is where

  private arranged({ slots }: Slots | CallOffer): void {
    const people = new Map(Object.entries(slots).map(([slot, person]) => [Number(slot), person]));
    for (const [slot, person] of people) {
      if (this.people.get(slot) !== person) this.since.set(slot, performance.now());
    }
    this.people = people;
    this.show();
  }

  private spoke(person: ParticipantId, on: boolean): void {
    const speaking = new Set(this.speaking);
    if (on) speaking.add(person);
    else speaking.delete(person);
    this.speaking = speaking;
    this.show();
  }

  private show(): void {
    this.slots.value = [...this.people].map(([slot, person]) => ({
      person,
      picture: this.streams.get(slot) ?? null,
      since: this.since.get(slot) ?? 0,
      speaking: this.speaking.has(person),
    }));
  }

  // Devices

  /** Whether that device is as wanted. Without one, or without leave to use it, nothing changes. */
  private async set(kind: Kind, on: boolean, wanted: MediaStreamConstraints): Promise<boolean> {
    this.tracks[kind]?.stop();
    this.tracks[kind] = null;
    if (on) {
      try {
        const stream = await navigator.mediaDevices.getUserMedia(wanted);
        this.tracks[kind] = stream.getTracks()[0] ?? null;
      } catch {
        return false;
      }
    }
    const up = this.peer?.getTransceivers()[kind === "audio" ? 0 : 1];
    await up?.sender.replaceTrack(this.tracks[kind]);
    return true;
  }
}

/** The head and the first media section: all the server reads, and small enough for a message. */
const firstSection = (sdp: string): string => sdp.split(/(?=^m=)/m).slice(0, 2).join("");
