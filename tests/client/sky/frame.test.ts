import { describe, expect, test } from "vitest";
import { drawn, type Moment, type Scene, threadsOf } from "../../../client/src/sky/frame.ts";
import type { Point } from "../../../client/src/sky/layout.ts";
import { flock } from "../../../client/src/sky/motion.ts";

const rounds = [[["a", "b"], ["c", "d"]], [["a", "c"], ["b", "d"]]];
const scene: Scene = {
  people: ["a", "b", "c", "d"].map((id) => ({ id, name: id })),
  rounds, threads: threadsOf(rounds), you: "a", dot: 7,
  box: { width: 100, height: 100, pad: 10, spread: 10, ringPad: 10 },
};
const at = new Map<string, Point>([["a", [0, 0]], ["b", [10, 0]], ["c", [0, 10]], ["d", [10, 10]]]);
const [ab, cd, ac] = scene.threads as [Scene["threads"][0], Scene["threads"][0], Scene["threads"][0]];
const opacity = (thread: typeof ab, moment: Moment): number => drawn(scene, thread, at, moment)?.opacity ?? 0;
const move = (progress: number): Moment => ({ mode: "rooms", round: 2, from: 1, progress });

test("everyone in a room is joined to everyone else in it, once", () => {
  expect(scene.threads.map(({ a, b, round }) => `${a}${b}${round}`)).toEqual(["ab1", "cd1", "ac2", "bd2"]);
});

describe("in a move", () => {
  test("old threads fade in the first 30 %", () => {
    expect(opacity(ab, move(0))).toBe(1);
    expect(opacity(ab, move(0.15))).toBeLessThan(1);
    expect(opacity(ab, move(0.3))).toBe(opacity(ab, move(1)));
  });

  test("new threads light up in the last 28 %", () => {
    expect(opacity(ac, move(0.72))).toBe(0);
    expect(opacity(ac, move(0.86))).toBeGreaterThan(0);
    expect(opacity(ac, move(1))).toBe(1);
  });
});

test("rounds to come are not drawn, your own threads stand out", () => {
  const web: Moment = { mode: "web", round: 1, from: 1, progress: 1 };
  expect(opacity(ac, web)).toBe(0);
  expect(opacity(ab, web)).toBeGreaterThan(opacity(cd, web));
});

describe("the flock", () => {
  const people = ["a", "b", "c", "d"];
  const from = new Map<string, Point>(people.map((id) => [id, [0, 0]]));
  const to = new Map<string, Point>(people.map((id) => [id, [100, 0]]));

  test("starts where it was and ends where it shall", () => {
    expect([...flock(people, from, to, 0).values()]).toEqual([...from.values()]);
    expect([...flock(people, from, to, 1).values()]).toEqual([...to.values()]);
  });

  test("each starts a little later than the one before", () => {
    const xs = [...flock(people, from, to, 0.5).values()].map(([x]) => x);
    expect(xs).toEqual([...xs].sort((a, b) => b - a));
    expect(new Set(xs).size).toBe(4);
  });

  test("who was nowhere before appears in place", () => {
    expect(flock(people, new Map(), to, 0.1).get("a")).toEqual([100, 0]);
  });
});
