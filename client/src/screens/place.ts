// Where a guest is, read off their view: which screen shows, what is awaited, what a change of place means.
import { left } from "../clock.ts";
import type { GuestView, ParticipantId, RoundCard, RoundNumber } from "../protocol.ts";
import { firstName } from "../parts/person.tsx";
import { isGuest, type News } from "../store.ts";
import { names } from "../texts.ts";

export type Place = "join" | "left" | "early" | "lobby" | "room" | "after" | "over";

export function placeOf({ event, clock, room, you }: GuestView): Place {
  if (event.phase === "closed") return you.presence === "expected" ? "over" : "after";
  if (event.phase === "draft") return "early";
  if (you.presence === "expected") return "join";
  if (you.presence === "left") return "left";
  const talking = clock.state === "running" || clock.state === "grace";
  return talking && room.number !== null ? "room" : "lobby";
}

/** Rounds that take place, in order. */
export const roundsOf = ({ rounds }: GuestView): RoundCard[] =>
  Object.values(rounds)
    .filter(({ state }) => state !== "skipped")
    .sort((a, b) => a.number - b.number);

/** The number of the last round: "Round 3 of 5". */
export const lastRound = (view: GuestView): RoundNumber => roundsOf(view).at(-1)?.number ?? 0;

/** The first round that has not begun; null when there is none. */
export const nextRound = (view: GuestView): RoundCard | null =>
  roundsOf(view).find(({ state }) => state === "to come") ?? null;

/** The others in your room, in its order. */
export const company = ({ room, you }: GuestView): ParticipantId[] => room.people.filter((id) => id !== you.id);

/** Rounds in which you met someone before the one that runs now. */
export const metBefore = ({ met, clock }: GuestView, id: ParticipantId): RoundNumber[] =>
  (met[id] ?? []).filter((round) => round !== clock.number);

/** Everyone met, with the round of the first meeting; whoever sits with you now comes last. */
export function meetings(view: GuestView): { id: ParticipantId; round: RoundNumber }[] {
  const { clock, met } = view;
  const now = placeOf(view) === "room" ? company(view).filter((id) => !metBefore(view, id).length) : [];
  const before = Object.entries(met)
    .filter(([id]) => !now.includes(id))
    .flatMap(([id, [round]]) => (round === undefined ? [] : [{ id, round }]))
    .sort((a, b) => a.round - b.round);
  return [...before, ...now.map((id) => ({ id, round: clock.number ?? 0 }))];
}

/** People who are here or about to be back, without you, by name. */
export function others({ people, you }: GuestView): { id: ParticipantId; name: string; headline: string; away: boolean }[] {
  return Object.entries(people)
    .filter(([id, { presence }]) => id !== you.id && (presence === "here" || presence === "away"))
    .map(([id, { name, headline, presence }]) => ({ id, name, headline, away: presence === "away" }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** What people call each other by, unbroken at the end of a line: "Mei‑Ling". */
export const called = (view: GuestView, ids: readonly ParticipantId[]): string =>
  names(ids.map((id) => firstName(nameOf(view, id)).replaceAll("-", "\u2011")));

export const nameOf = ({ people }: GuestView, id: ParticipantId): string => people[id]?.name ?? "";

/** You are in another room than before; `alone` when the people of the room before had all gone. */
export interface Move {
  view: GuestView;
  alone: boolean;
}

/** The move that some news brought, if they did. */
export function moveOf(news: readonly News[]): Move | null {
  const [before, after] = [news[0]?.before, news.at(-1)?.after];
  if (!before || !after || !isGuest(before) || !isGuest(after) || placeOf(after) !== "room") return null;
  const stayed = placeOf(before) === "room" && before.room.number === after.room.number;
  const sameRound = before.clock.number === after.clock.number;
  if (stayed && sameRound) return null;
  const left = company(before).every((id) => after.people[id]?.presence !== "here");
  return { view: after, alone: sameRound && placeOf(before) === "room" && left };
}

/** What someone in no room waits for. */
export type Waiting = "start" | "between" | "next" | "next-rest" | "resting" | "late" | "late-waits";

/** `worth`: someone seated now would still meet the others. */
export function waitingOf({ event, clock, next, you }: GuestView, worth: boolean): Waiting {
  if (clock.state === "announced") return next.room === null ? "next-rest" : "next";
  if (clock.state !== null) return inTheRound(you, worth);
  return event.phase === "open" ? "start" : "between";
}

function inTheRound({ late_since, waits, can_join }: GuestView["you"], worth: boolean): Waiting {
  if (late_since === null && !waits) return "resting";
  return waits || can_join === null || !worth ? "late-waits" : "late";
}

const MEETING_MS = 60_000; // together for so long two people have met, or for half of a round shorter than twice that

/** Whether someone seated at a moment still meets the others, as `worth_joining` in rooms/timetable.py says it. */
export function worthJoining({ clock, rounds }: GuestView, now: number): boolean {
  const minutes = rounds[String(clock.number)]?.minutes ?? 0;
  return clock.state === "running" && (left(clock, now) ?? 0) >= Math.min(MEETING_MS, minutes * 30_000);
}

const LATE_MS = 20_000;

/** Whether a latecomer who does not choose is seated before it is too late for that. */
export const seatedUnasked = (view: GuestView): boolean => worthJoining(view, (view.you.late_since ?? 0) + LATE_MS);
