import { describe, expect, test } from "vitest";
import { Meetings, planned, seatings, toCome, withMinutes, withRounds, withSize } from "../../client/src/screens/agreed.ts";
import { hostView, listed, roundCard } from "./views.ts";

const view = hostView({
  rounds: {
    10: roundCard(10, "to come", { topic: "The next step", size: 3 }),
    1: roundCard(1, "done"),
    2: roundCard(2, "now"),
    3: roundCard(3, "skipped", { topic: "Advice", question: "Which?" }),
  },
  clock: { number: 2, state: "running", starts_at: 0, ends_at: 480_000, paused_at: null },
  rooms: {
    10: { number: 10, people: ["e"], help_at: null, help_by: null, help_taken_by: null, visitors: {} },
    2: { number: 2, people: ["c", "d"], help_at: null, help_by: null, help_taken_by: null, visitors: {} },
  },
  past: { 1: { rooms: [["a", "b"]], resting: ["c"] } },
  plan: { 10: { rooms: [["a", "c"]], resting: [] } },
});
const rounds = toCome(view);

describe("the rounds to come, as commands want them", () => {
  test("are in order, those left out included", () => {
    expect(rounds).toEqual([
      { minutes: 8, size: 4, rooms: 0, topic: "Advice", question: "Which?", skipped: true },
      { minutes: 8, size: 3, rooms: 0, topic: "The next step", question: "", skipped: false },
    ]);
  });

  test("fewer are the first ones; more are like the last, without its topic", () => {
    expect(withRounds(rounds, 1)).toEqual([rounds[0]]);
    expect(withRounds(rounds, 3)).toEqual([...rounds, { ...rounds[1], topic: "" }]);
    expect(withRounds([], 1)).toEqual([{ minutes: 8, size: 4, rooms: 0, topic: "", question: "", skipped: false }]);
  });

  test("take another size or length all at once", () => {
    expect(withSize(rounds, 5).map(({ size }) => size)).toEqual([5, 5]);
    expect(withMinutes(rounds, 6).map(({ minutes }) => minutes)).toEqual([6, 6]);
  });
});

describe("every round with rooms", () => {
  test("is as it was, as it is, as it is planned", () => {
    expect(seatings(view)).toEqual({
      1: { rooms: [["a", "b"]], resting: ["c"] },
      2: { rooms: [["c", "d"], ["e"]], resting: [] },
      10: { rooms: [["a", "c"]], resting: [] },
    });
  });

  test("has the announced rooms before they are filled", () => {
    const announced = { ...view, clock: { ...view.clock, state: "announced" } as const };
    const next = { number: 2, rooms: [["a", "d"]], resting: ["b"], starts_at: 5 };
    expect(seatings({ ...announced, next })[2]).toEqual({ rooms: [["a", "d"]], resting: ["b"] });
  });
});

test("a plan is for those on the list and those here, not for those who left", () => {
  const people = {
    a: listed("A", { presence: "expected" }), b: listed("B"), c: listed("C", { presence: "left" }),
    d: listed("D", { presence: "removed" }), e: listed("E", { presence: "away" }),
  };
  expect(planned(hostView({ people }))).toEqual(["a", "b", "e"]);
});

describe("meetings", () => {
  const meetings = new Meetings([[["a", "b", "c"]], [["b", "a"], ["c", "d"]]]);

  test("are the same both ways, with every round", () => {
    expect(meetings.of("a", "b")).toEqual([1, 2]);
    expect(meetings.of("b", "a")).toEqual([1, 2]);
    expect(meetings.of("a", "d")).toEqual([]);
  });

  test("count different people, up to a round", () => {
    expect(meetings.counts(["a", "b", "c", "d"], 1)).toEqual([2, 2, 2, 0]);
    expect(meetings.counts(["a", "b", "c", "d"], 2)).toEqual([2, 2, 3, 1]);
    expect(meetings.counts(["d", "x"], 2)).toEqual([1, 0]);
  });
});
