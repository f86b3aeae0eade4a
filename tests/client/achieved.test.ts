import { beforeAll, describe, expect, test } from "vitest";
import type { PersonReport, Report, RoundReport } from "../../client/src/protocol.ts";
import { seatedIn, skyRounds, worthKnowing } from "../../client/src/screens/achieved.ts";
import { addTexts } from "../../client/src/texts.ts";
import host from "../../client/src/texts/en.host.json";

beforeAll(() => addTexts(host));

const START = 1_000_000;
const person = (name: string, part: Partial<PersonReport> = {}): PersonReport => ({
  id: name, name, role: "", presence: "here", joined_at: START - 60_000, rounds: 1, rests: 0, met: ["x"], ...part,
});
const round = (number: number, part: Partial<RoundReport> = {}): RoundReport => ({
  number, topic: "", started_at: START, ended_at: START, talked_ms: 1, rooms: [], resting: [], met: [], new: 0,
  met_after: 0, ...part,
});
const report = (people: readonly PersonReport[], part: Partial<Report> = {}): Report => ({
  event: "e", title: "Mixer", started_at: START, ended_at: START, listed: people.length, came: people.length,
  stayed: 0, rounds: [], people, pairs: 0, repeats: 0, met_mean: 0, met_least: 0, met_most: 0, bound_mean: 0,
  contacts: 0, ...part,
});
const said = (report: Report, over = true): string[] => worthKnowing(report, over).map(({ who, what }) => `${who} ${what}`.trim());

test("the sky has a round for each number, also for those left out", () => {
  const met = [["a", "b"]] as const;
  expect(skyRounds(report([], { rounds: [round(1, { met }), round(3, { met })] }))).toEqual([met, [], met]);
});

test("attendance counts everyone in a room", () => {
  expect(seatedIn(round(1, { rooms: [["a", "b"], [], ["c", "d", "e"]] }))).toBe(5);
});

describe("worth knowing", () => {
  test("is nothing when all is as it should be", () => {
    expect(said(report([person("Amara")]))).toEqual([]);
  });

  test("who came late and whom they still met", () => {
    const late = person("Grace Oduya", { joined_at: START + 25 * 60_000, met: ["x", "y"] });
    expect(said(report([late]))).toEqual(["Grace Oduya came 25 minutes after the start and met 2 people."]);
  });

  test("that a latecomer met nobody is said once", () => {
    const late = person("Grace", { joined_at: START + 3 * 60_000, met: [] });
    expect(said(report([late]))).toEqual(["Grace came 3 minutes after the start and met nobody."]);
  });

  test("a minute after the start is not late", () => {
    expect(said(report([person("Grace", { joined_at: START + 60_000 })]))).toEqual([]);
  });

  test("who left early; whom they met, not that they met nobody", () => {
    expect(said(report([person("Oliver", { presence: "left", met: [] })]))).toEqual(["Oliver left before meeting anyone."]);
  });

  test("who met nobody, and who rested through no choice of theirs", () => {
    const people = [person("Amara", { met: [] }), person("Ravi", { rests: 1 }), person("Elif", { rests: 2 })];
    expect(said(report(people))).toEqual(["Amara met nobody.", "Ravi and Elif rested because the numbers did not work out."]);
  });

  test("no-shows once the event is over, not while they may still come", () => {
    const missing = report([person("Amara")], { listed: 3 });
    expect(said(missing)).toEqual(["2 people on the list did not come."]);
    expect(said(missing, false)).toEqual([]);
  });

  test("five of a kind by name, the rest as a number", () => {
    const people = Array.from({ length: 8 }, (_, i) => person(`P${i}`, { presence: "left" }));
    const lines = said(report(people));
    expect(lines).toHaveLength(6);
    expect(lines.at(-1)).toBe("3 more left early.");
  });

  test("that everyone stayed", () => {
    expect(said(report([person("Amara")], { stayed: 1 }))).toEqual(["Everyone who came stayed to the end."]);
    expect(said(report([person("Amara")], { stayed: 1 }), false)).toEqual([]);
  });
});
