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
    .map(([number, room]) => ({ number: Number(number), people: room.people, helpAt: room.help_at, visitors: Object.values(room.visitors) }))
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
  /** How many would be new. */
  fresh: number;
  /** Who was met before. */
  again: readonly ParticipantId[];
}

/** What someone would find in a room: new people, and people met before. Who sits with them now is met. */
export function effect(view: HostView, person: ParticipantId, room: BoardRoom): Effect {
  const met = new Set(view.people[person]?.met);
  if (isTalking(view)) roomsNow(view).find(({ people }) => people.includes(person))?.people.forEach((id) => met.add(id));
  const others = room.people.filter((id) => id !== person && view.people[id]?.presence !== "left");
  const again = others.filter((id) => met.has(id));
  return { fresh: others.length - again.length, again };
}

/** Where a person could be moved to, the best room first. */
export function destinations(view: HostView, person: ParticipantId): { room: BoardRoom; effect: Effect }[] {
  return roomsNow(view)
    .filter(({ people }) => !people.includes(person))
    .map((room) => ({ room, effect: effect(view, person, room) }))
    .sort((a, b) => a.effect.again.length - b.effect.again.length || b.effect.fresh - a.effect.fresh || a.room.number - b.room.number);
}

/** Pairs of a planned room that have not met; those who sit together now are taken as met. */
export const newPairs = (view: HostView, room: BoardRoom): number =>
  room.people.reduce((sum, id) => sum + effect(view, id, room).fresh, 0) / 2;

/** People with this in their names; nobody when nothing is looked for. */
export function found({ people }: HostView, wanted: string): ParticipantId[] {
  const searched = wanted.trim().toLocaleLowerCase();
  if (!searched) return [];
  return Object.keys(people).filter((id) => {
    const { name, presence } = people[id]!;
    return presence !== "removed" && name.toLocaleLowerCase().includes(searched);
  });
}

/** Someone's role, unless it goes without saying: more than half of the people have it. */
export function roleWorthSaying({ people }: HostView, person: ParticipantId): string {
  const role = people[person]?.role ?? "";
  const cards = Object.values(people);
  return role && cards.filter((each) => each.role === role).length * 2 > cards.length ? "" : role;
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
