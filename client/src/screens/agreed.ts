// What a plan comes to: read off a host's view, for numbers, pictures and tables.
import type { Constellation, HostView, ParticipantId, RoundCard, RoundNumber, SeatingCard } from "../protocol.ts";
import type { Rounds } from "../sky/layout.ts";

/** The rounds to come, as commands want them. */
export const toCome = ({ rounds }: HostView): Constellation[] =>
  Object.values(rounds)
    .filter(({ state }) => state === "to come" || state === "skipped")
    .sort((a, b) => a.number - b.number)
    .map(asConstellation);

const asConstellation = ({ minutes, size, rooms, topic, question, state }: RoundCard): Constellation =>
  ({ minutes, size, rooms, topic, question, skipped: state === "skipped" });

/** As many rounds as asked for: the first ones, then more like the last. */
export function withRounds(rounds: readonly Constellation[], count: number): Constellation[] {
  const like = rounds.at(-1) ?? { minutes: 8, size: 4, rooms: 0, topic: "", question: "", skipped: false };
  const more = Array.from({ length: Math.max(0, count - rounds.length) }, () => ({ ...like, topic: "", question: "", skipped: false }));
  return [...rounds.slice(0, count), ...more];
}

export const withSize = (rounds: readonly Constellation[], size: number): Constellation[] =>
  rounds.map((round) => ({ ...round, size, rooms: 0 }));

export const withMinutes = (rounds: readonly Constellation[], minutes: number): Constellation[] =>
  rounds.map((round) => ({ ...round, minutes }));

/** Every round with rooms, by number: as it was, as it is now, as it is planned; after the end, as it was. */
export function seatings(view: HostView): Readonly<Record<string, SeatingCard>> {
  const { plan, past, clock, next, rooms } = view;
  if (view.event.phase === "closed") return past;
  if (clock.number === null) return { ...plan, ...past };
  const live = clock.state === "announced"
    ? { rooms: next.rooms, resting: next.resting }
    : { rooms: Object.values(rooms).sort((a, b) => (a.number ?? 0) - (b.number ?? 0)).map(({ people }) => people), resting: [] };
  return { ...plan, ...past, [clock.number]: live };
}

/** The people whom the plan is for: on the list or here. */
export const planned = ({ people }: HostView): ParticipantId[] =>
  Object.keys(people).filter((id) => people[id]?.presence !== "removed" && people[id]?.presence !== "left");

/** In which rounds two people sit together, by pair and round up to the last. */
export class Meetings {
  private readonly rounds = new Map<string, RoundNumber[]>();

  constructor(all: Rounds) {
    all.forEach((rooms, i) => rooms.forEach((room) => room.forEach((a, at) => room.slice(at + 1).forEach((b) => this.add(a, b, i + 1)))));
  }

  of(a: ParticipantId, b: ParticipantId): readonly RoundNumber[] {
    return this.rounds.get(key(a, b)) ?? [];
  }

  /** How many different people each meets, up to and with a round. */
  counts(people: readonly ParticipantId[], upTo: RoundNumber): number[] {
    const met = new Map(people.map((id) => [id, 0]));
    for (const [pair, [first]] of this.rounds) {
      if (first === undefined || first > upTo) continue;
      for (const id of pair.split(" ")) if (met.has(id)) met.set(id, (met.get(id) ?? 0) + 1);
    }
    return [...met.values()];
  }

  private add(a: ParticipantId, b: ParticipantId, round: RoundNumber): void {
    const found = this.rounds.get(key(a, b));
    if (found) found.push(round);
    else this.rounds.set(key(a, b), [round]);
  }
}

const key = (a: ParticipantId, b: ParticipantId): string => (a < b ? `${a} ${b}` : `${b} ${a}`);
