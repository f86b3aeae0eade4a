// Sound and pictures, seen from the page. One call lasts for the whole event; a move changes only its slots.
// Audio and video come with the media plane; until then `SilentCall` keeps the choices people make.
import { type ReadonlySignal, signal } from "@preact/signals";
import type { ParticipantId } from "./protocol.ts";

/** One person's place in the call, in the order of the room's people. */
export interface Slot {
  person: ParticipantId;
  picture: MediaStream | null;
  speaking: boolean;
}

export interface Call {
  readonly slots: ReadonlySignal<readonly Slot[]>;
  /** On: others hear you, see you. Kept over moves and reconnects. */
  readonly microphone: ReadonlySignal<boolean>;
  readonly camera: ReadonlySignal<boolean>;
  /** Who else is in the room from now on. */
  move(people: readonly ParticipantId[]): void;
  setMicrophone(on: boolean): Promise<void>;
  setCamera(on: boolean): Promise<void>;
  leave(): void;
}

/** A call without media: everyone has a slot, nobody a picture. */
export class SilentCall implements Call {
  readonly slots = signal<readonly Slot[]>([]);
  readonly microphone = signal(false);
  readonly camera = signal(false);

  move(people: readonly ParticipantId[]): void {
    this.slots.value = people.map((person) => ({ person, picture: null, speaking: false }));
  }

  setMicrophone(on: boolean): Promise<void> {
    this.microphone.value = on;
    return Promise.resolve();
  }

  setCamera(on: boolean): Promise<void> {
    this.camera.value = on;
    return Promise.resolve();
  }

  leave(): void {
    this.move([]);
  }
}
