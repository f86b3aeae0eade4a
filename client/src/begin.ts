// What a guest's page knows by its clock before the server says it: that an announced round has begun. So everyone
// changes rooms at the same moment, also where the word of it comes late or not at all.
import type { GuestView } from "./protocol.ts";

/** When the announced round begins, event ms; null while none is announced, or the time is stopped. */
export const beginsAt = ({ clock }: GuestView): number | null =>
  clock.state === "announced" && clock.paused_at === null ? clock.starts_at : null;

/** The view once the announced round has begun, as the fact `RoundStarted` would make it. */
export function begun(view: GuestView): GuestView {
  const { clock, event, next, room, you } = view;
  return {
    ...view,
    event: { ...event, speaker: null, speaker_name: "" },
    clock: { ...clock, state: "running" },
    room: { ...room, number: next.room, people: next.room === null ? [] : [...next.people, you.id] },
    next: { number: null, room: null, people: [], new: [], starts_at: null },
  };
}
