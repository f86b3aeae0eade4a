// When an event ends, counted as rooms/timetable.py does.
import { CLOSE, GRACE, type HostView, MOVE, WELCOME } from "./protocol.ts";

const MINUTE = 60_000;

const fullMinute = (ms: number): number => Math.ceil(ms / MINUTE) * MINUTE;

/** How long rounds of these minutes take with welcome, moves and close, ms. */
export const lasts = (minutes: readonly number[]): number =>
  fullMinute(
    WELCOME + minutes.reduce((sum, each) => sum + each * MINUTE + GRACE, 0) + MOVE * Math.max(minutes.length - 1, 0) + CLOSE,
  );

/** From when to when an event is, as far as anyone can say: as planned, as it goes, or as it was. */
export function spanOf({ event, rounds }: HostView): [from: number, to: number] | null {
  const held = Object.values(rounds).filter(({ state }) => state !== "skipped").sort((a, b) => a.number - b.number);
  const from = event.starts_at ?? held[0]?.starts_at ?? event.closed_at;
  if (from === null) return null;
  if (event.closed_at !== null) return [Math.min(from, event.closed_at), event.closed_at];
  const last = held.at(-1);
  if (!last || last.starts_at === null) return [from, from + lasts(held.map(({ minutes }) => minutes))];
  return [from, fullMinute(last.starts_at + last.minutes * MINUTE + GRACE + CLOSE)];
}
