// Sound and pictures, seen from the page. One call lasts for the whole event; a move changes only its slots.
import type { ReadonlySignal, Signal } from "@preact/signals";
import type { ParticipantId } from "./protocol.ts";

export type Kind = "audio" | "video";

/** Why a device is off though it was wanted: no leave to use it, another program has it, there is none, it was
 * unplugged, or pages that came over http get none. */
export type Why = "blocked" | "busy" | "missing" | "lost" | "insecure";

/** Which device is wanted ("" for any), and whether it is to be on. */
export interface Wish {
  id: string;
  on: boolean;
}

/** Your camera, microphone and speaker. Kept over moves and reconnects; the wishes also for the next time. */
export interface Devices {
  /** What others get of you; null while that device is off. */
  readonly tracks: Readonly<Record<Kind, ReadonlySignal<MediaStreamTrack | null>>>;
  /** Your own picture, while your camera is on. */
  readonly own: ReadonlySignal<MediaStream | null>;
  /** You would rather not look at yourself. Others see you all the same. */
  readonly hidden: Signal<boolean>;
  readonly trouble: ReadonlySignal<{ kind: Kind; why: Why } | null>;
  /** What there is to choose from; without names until one of them has been used. */
  readonly choices: ReadonlySignal<readonly MediaDeviceInfo[]>;
  readonly wishes: ReadonlySignal<Readonly<Record<Kind, Wish>>>;
  /** Where others are heard: "" is wherever the browser plays. */
  readonly speaker: ReadonlySignal<string>;
  /** Several at once are asked for with one question. False when none of them came on: `trouble` says why. */
  set(on: boolean, ...kinds: readonly Kind[]): Promise<boolean>;
  choose(kind: Kind, id: string): Promise<void>;
  chooseSpeaker(id: string): void;
  /** Let go of everything for now; or take again what was on. */
  rest(on: boolean): void;
  /** Let go of everything. */
  stop(): void;
}

/** One person's place in the call. */
export interface Slot {
  person: ParticipantId;
  /** Plays their voice, and their picture, wherever it is put into the page; null while there is no connection. */
  video: HTMLVideoElement | null;
  /** Whether the picture is surely theirs, and moves. */
  shown: boolean;
  /** Whether the picture is stopped for now, because your connection does not carry it. */
  stopped: boolean;
  speaking: boolean;
}

export interface Call {
  readonly devices: Devices;
  readonly slots: ReadonlySignal<readonly Slot[]>;
  /** Whether there is a connection. */
  readonly works: ReadonlySignal<boolean>;
  /** There was a connection and it is being made anew; or none comes about, whatever is tried. */
  readonly trouble: ReadonlySignal<"lost" | "unreachable" | null>;
  /** What plays everything, when the browser wants a press of a button first. */
  readonly blocked: ReadonlySignal<(() => void) | null>;
  /** Another window of yours has it now; `take` brings it here. */
  readonly taken: ReadonlySignal<boolean>;
  take(): void;
  leave(): void;
}
