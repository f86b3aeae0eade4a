// Sound and pictures, seen from the page. One call lasts for the whole event; a move changes only its slots.
import type { ReadonlySignal } from "@preact/signals";
import type { ParticipantId } from "./protocol.ts";

/** One person's place in the call. */
export interface Slot {
  person: ParticipantId;
  /** Their voice and picture; what the browser received before `since` (performance.now()) is of somebody else. */
  picture: MediaStream | null;
  since: number;
  speaking: boolean;
}

export interface Call {
  readonly slots: ReadonlySignal<readonly Slot[]>;
  /** Your own picture, while your camera is on. */
  readonly own: ReadonlySignal<MediaStream | null>;
  /** On: others hear you, see you. Kept over moves and reconnects. */
  readonly microphone: ReadonlySignal<boolean>;
  readonly camera: ReadonlySignal<boolean>;
  /** Whether there is a connection. */
  readonly works: ReadonlySignal<boolean>;
  /** What plays everything, when the browser wants a press of a button first. */
  readonly blocked: ReadonlySignal<(() => void) | null>;
  block(again: () => void): void;
  /** False when there is no such device, or no leave to use it. */
  setMicrophone(on: boolean): Promise<boolean>;
  setCamera(on: boolean): Promise<boolean>;
  leave(): void;
}
