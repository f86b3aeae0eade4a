// From what a view knows to rounds that the sky can draw.
import type { RoundNumber, SeatingCard } from "../protocol.ts";
import type { Id, Rooms, Rounds } from "./layout.ts";

/** A host's rounds: what happened, then what is planned; a round without a seating is empty. */
export function roundsOf(
  past: Readonly<Record<string, SeatingCard>>,
  plan: Readonly<Record<string, SeatingCard>> = {},
): Rounds {
  const numbers = [...Object.keys(past), ...Object.keys(plan)].map(Number);
  return upTo(Math.max(0, ...numbers), (n) => (past[n] ?? plan[n])?.rooms ?? []);
}

/** A guest's rounds: you with everyone you met in each. */
export function ownRounds(you: Id, met: Readonly<Record<Id, readonly RoundNumber[]>>): Rounds {
  const last = Math.max(0, ...Object.values(met).flat());
  return upTo(last, (n) => {
    const others = Object.keys(met).filter((id) => met[id]?.includes(n));
    return others.length ? [[you, ...others]] : [];
  });
}

/** A guest's page does not know who sits with whom elsewhere. For the picture only, everyone in no known
 * room of a round is strewn over rooms of `size`. */
export function imagined(known: Rounds, everyone: readonly Id[], size: number): Rounds {
  return known.map((rooms, r) => {
    const seated = new Set(rooms.flat());
    const others = everyone.filter((id) => !seated.has(id));
    return [...rooms, ...(sketch(others, size, r + 1)[r] ?? [])];
  });
}

/** A quick rotation for previews that have no plan yet. */
export function sketch(people: readonly Id[], size: number, rounds: number): Rounds {
  const count = Math.max(1, Math.ceil(people.length / size));
  return upTo(rounds, (number) => {
    const rooms: Id[][] = Array.from({ length: count }, () => []);
    people.forEach((id, i) => rooms[(i + (number - 1) * Math.floor(i / count)) % count]?.push(id));
    return rooms.filter((room) => room.length);
  });
}

const upTo = (last: number, rooms: (number: RoundNumber) => Rooms): Rounds =>
  Array.from({ length: last }, (_, i) => rooms(i + 1));
