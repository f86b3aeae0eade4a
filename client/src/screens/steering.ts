// What a host's view means for the hand that steers: who sits where, what a move would bring, what comes next.
import type { HostView, NeedCard, ParticipantId, RoomNumber, RoundCard, RoundNumber } from "../protocol.ts";

export interface BoardRoom {
  number: RoomNumber;
  people: readonly ParticipantId[];
  helpAt: number | null;
  visitors: readonly string[];
}

/** Rounds that take place, in order. */
export const roundsHeld = ({ rounds }: HostView): RoundCard[] =>
  Object.values(rounds)
    .filter(({ state }) => state !== "skipped")
    .sort((a, b) => a.number - b.number);

/** The first round that has not begun; undefined when there is none. */
export const comingRound = (view: HostView): RoundCard | undefined =>
  roundsHeld(view).find(({ state }) => state === "to come");

export const isTalking = ({ clock }: HostView): boolean => clock.state === "running" || clock.state === "grace";

/** The rooms people are in, or will be in when the announced round starts. */
export function roomsNow(view: HostView): BoardRoom[] {
  if (view.clock.state === "announced") return roomsOf(view.next.rooms);
  return Object.entries(view.rooms)
    .map(([number, room]) => ({ number: Number(number), people: room.people, helpAt: room.help_at, visitors: room.visitors }))
    .sort((a, b) => a.number - b.number);
}

/** The rooms of the round after the one on the board, as planned. */
export function roomsPlanned(view: HostView): BoardRoom[] {
  const coming = comingRound(view);
  return roomsOf(coming ? (view.plan[coming.number]?.rooms ?? []) : []);
}

const roomsOf = (rooms: readonly (readonly ParticipantId[])[]): BoardRoom[] =>
  rooms.map((people, i) => ({ number: i + 1, people, helpAt: null, visitors: [] }));

/** People who have come and are in no room of the board, by name. */
export function inLobby(view: HostView): ParticipantId[] {
  const seated = new Set(roomsNow(view).flatMap(({ people }) => people));
  return Object.entries(view.people)
    .filter(([id, { presence }]) => (presence === "here" || presence === "away") && !seated.has(id))
    .sort(([, a], [, b]) => a.name.localeCompare(b.name))
    .map(([id]) => id);
}

export interface Counts {
  here: number;
  all: number;
}

/** How many of those on the list, or who have come, are here. */
export function counts({ people }: HostView): Counts {
  const cards = Object.values(people).filter(({ presence }) => presence !== "removed" && presence !== "left");
  return { here: cards.filter(({ presence }) => presence === "here").length, all: cards.length };
}

export interface Effect {
  fresh: number;
  again: number;
}

/** What someone would find in a room: new people, and people met before. Who sits with them now is met. */
export function effect(view: HostView, person: ParticipantId, room: BoardRoom): Effect {
  const met = new Set(view.people[person]?.met);
  if (isTalking(view)) roomsNow(view).find(({ people }) => people.includes(person))?.people.forEach((id) => met.add(id));
  const others = room.people.filter((id) => id !== person && view.people[id]?.presence !== "left");
  const again = others.filter((id) => met.has(id)).length;
  return { fresh: others.length - again, again };
}

/** Where a person could be moved to, the best room first. */
export function destinations(view: HostView, person: ParticipantId): { room: BoardRoom; effect: Effect }[] {
  return roomsNow(view)
    .filter(({ people }) => !people.includes(person))
    .map((room) => ({ room, effect: effect(view, person, room) }))
    .sort((a, b) => a.effect.again - b.effect.again || b.effect.fresh - a.effect.fresh || a.room.number - b.room.number);
}

export interface Need extends NeedCard {
  key: string;
}

/** What waits for the host, the longest first; people who may be back by themselves are apart. */
export function needs(view: HostView): { asking: Need[]; away: Need[] } {
  const all = Object.entries(view.needs)
    .map(([key, need]) => ({ key, ...need }))
    .sort((a, b) => a.since - b.since);
  return { asking: all.filter(({ kind }) => kind !== "away"), away: all.filter(({ kind }) => kind === "away") };
}

/** Different people met so far, per person who came, and pairs in all. */
export function soFar({ people, past }: HostView): { mean: number; pairs: number; rounds: RoundNumber } {
  const came = Object.values(people).filter(({ presence }) => presence !== "expected");
  const sum = came.reduce((total, { met }) => total + met.length, 0);
  return { mean: came.length ? sum / came.length : 0, pairs: sum / 2, rounds: Object.keys(past).length };
}
