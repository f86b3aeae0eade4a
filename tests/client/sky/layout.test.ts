import { expect, test } from "vitest";
import { inRooms, onRing, type Point } from "../../../client/src/sky/layout.ts";
import { imagined, ownRounds, roundsOf, sketch } from "../../../client/src/sky/rounds.ts";

const box = { width: 900, height: 620, pad: 110, spread: 40, ringPad: 80 };
const ids = (n: number): string[] => Array.from({ length: n }, (_, i) => `p${i}`);
const apart = ([ax, ay]: Point, [bx, by]: Point): number => Math.hypot(ax - bx, ay - by);

test.each([1, 2, 6, 10, 11, 25, 100])("%i rooms of four fit, and nobody stands on anybody", (rooms) => {
  const people = ids(rooms * 4);
  const seating = Array.from({ length: rooms }, (_, k) => people.slice(k * 4, k * 4 + 4));
  const points = [...inRooms(people, seating, box).points.values()];
  expect(points).toHaveLength(people.length);
  for (const [x, y] of points) expect(x > 0 && x < box.width && y > 0 && y < box.height).toBe(true);
  const nearest = Math.min(...points.flatMap((a, i) => points.slice(i + 1).map((b) => apart(a, b))));
  expect(nearest).toBeGreaterThan(3);
});

test("who rests has a place too", () => {
  const { points } = inRooms(ids(5), [["p0", "p1"], ["p2", "p3"]], box);
  expect(points.has("p4")).toBe(true);
});

test("on the ring everyone is as far from the middle", () => {
  const { points } = onRing(ids(7), box);
  const reach = [...points.values()].map((point) => Math.round(apart(point, [450, 310])));
  expect(new Set(reach)).toEqual(new Set([230]));
});

test("a host's rounds are what happened, then what is planned", () => {
  const seating = (...rooms: string[][]) => ({ rooms, resting: [] });
  expect(roundsOf({ "1": seating(["a", "b"]) }, { "1": seating(["x"]), "3": seating(["a", "c"]) })).toEqual([
    [["a", "b"]], [], [["a", "c"]],
  ]);
});

test("a guest's rounds are their own rooms", () => {
  expect(ownRounds("a", { b: [1], c: [1, 3] })).toEqual([[["a", "b", "c"]], [], [["a", "c"]]]);
});

test("everyone else is strewn over rooms, once each", () => {
  const [round] = imagined([[["p0", "p1"]]], ids(9), 3);
  expect(round?.flat().sort()).toEqual(ids(9));
  expect(round?.[0]).toEqual(["p0", "p1"]);
});

test("a sketch seats everyone in every round", () => {
  for (const round of sketch(ids(13), 4, 5)) expect(round.flat().sort()).toEqual(ids(13).sort());
});
