// What a report says beside its numbers. Only what the report itself knows, and no ranking of guests.
import type { PersonReport, Report, RoundReport } from "../protocol.ts";
import type { Rounds } from "../sky/layout.ts";
import { names, t } from "../texts.ts";
import { duration } from "../when.ts";

/** How many sat in a room when the round ended. */
export const seatedIn = ({ rooms }: RoundReport): number => rooms.reduce((sum, room) => sum + room.length, 0);

/** Everyone who met, round by round, for the sky: pairs, because who met may have moved on within the round. */
export function skyRounds({ rounds }: Report): Rounds {
  const last = rounds.at(-1)?.number ?? 0;
  return Array.from({ length: last }, (_, i) => rounds.find(({ number }) => number === i + 1)?.met ?? []);
}

/** One line: someone's name, where it is about one person, and what happened. */
export interface Known {
  key: string;
  who: string;
  what: string;
}

const MINUTE = 60_000;
const LATE_MS = MINUTE; // after the first round began
const TOLD = 5; // of each kind by name, the rest as a number

/** Latecomers, people who left before the end, people who met nobody, forced rests, no-shows. */
export function worthKnowing(report: Report, over: boolean): Known[] {
  const { people, started_at, came, listed, stayed } = report;
  const started = started_at ?? 0;
  const late = people.filter(({ joined_at }) => joined_at !== null && joined_at - started > LATE_MS);
  const gone = people.filter(({ presence }) => presence === "left");
  const nobody = people.filter(({ met, presence }) => met.length === 0 && presence !== "left" && presence !== "removed");
  const rested = people.filter(({ rests }) => rests > 0);
  return [
    ...byName("late", late, ({ joined_at, met }) =>
      t("report.late", { duration: duration(Math.max(1, Math.round(((joined_at ?? started) - started) / MINUTE))), n: met.length }),
    (n) => t("report.late_more", { n })),
    ...byName("gone", gone, ({ met }) => t("report.gone", { n: met.length }), (n) => t("report.gone_more", { n })),
    ...(nobody.length > TOLD
      ? [{ key: "nobody", who: "", what: t("report.nobody", { n: nobody.length }) }]
      : byName("nobody", nobody.filter((person) => !late.slice(0, TOLD).includes(person)), () => t("report.met_nobody"), () => "")),
    ...(rested.length ? [{ key: "rests", who: "", what: restSentence(rested) }] : []),
    ...(listed > came && over ? [{ key: "no-show", who: "", what: t("report.no_shows", { n: listed - came }) }] : []),
    ...(over && came > 0 && stayed === came ? [{ key: "stayed", who: "", what: t("report.all_stayed") }] : []),
  ];
}

function byName(
  kind: string, people: readonly PersonReport[], what: (person: PersonReport) => string, more: (n: number) => string,
): Known[] {
  const told = people.slice(0, TOLD).map((person) => ({ key: `${kind} ${person.id}`, who: person.name, what: what(person) }));
  const rest = people.length - told.length;
  return rest ? [...told, { key: `${kind} more`, who: "", what: more(rest) }] : told;
}

function restSentence(people: readonly PersonReport[]): string {
  const most = Math.max(...people.map(({ rests }) => rests));
  if (people.length > TOLD) return t("report.rests", { n: people.length, most });
  return t("report.rested", { names: names(people.map(({ name }) => name)), n: people.length });
}
