import { describe, expect, test } from "vitest";
import type { HostView, NeedCard, RoomCard } from "../../client/src/protocol.ts";
import {
  comingRound, counts, destinations, effect, found, inLobby, needs, newPairs, roleWorthSaying, roomsNow, roomsPlanned, soFar,
} from "../../client/src/screens/steering.ts";
import { hostView, listed, roundCard } from "./views.ts";

const room = (number: number, people: string[], part: Partial<RoomCard> = {}): RoomCard => ({
  number, people, help_at: null, help_by: null, help_taken_by: null, visitors: {}, ...part,
});
const people = {
  a: listed("Amara Okafor", { met: ["c"] }),
  b: listed("Mei-Ling Chen"),
  c: listed("David Rosenthal", { met: ["a"] }),
  d: listed("Ravi Patel"),
  e: listed("Elif Kaya", { presence: "away" }),
  f: listed("Noah Jensen", { presence: "expected" }),
  g: listed("Oliver Byrne"),
};
const running: HostView = hostView({
  people,
  clock: { number: 2, state: "running", starts_at: 0, ends_at: 480_000, paused_at: null },
  rounds: { 3: roundCard(3, "skipped"), 1: roundCard(1, "done"), 4: roundCard(4, "to come"), 2: roundCard(2, "now") },
  rooms: { 10: room(10, ["e"]), 2: room(2, ["c", "d"]), 1: room(1, ["a", "b"]) },
  plan: { 4: { rooms: [["a", "c"], ["b", "d"]], resting: [] } },
});

describe("the board", () => {
  test("has the running rooms in the order of their numbers", () => {
    expect(roomsNow(running).map(({ number }) => number)).toEqual([1, 2, 10]);
  });

  test("has the rooms to come while a round is announced", () => {
    const announced = { ...running, clock: { ...running.clock, state: "announced" } as const };
    const next = { number: 2, rooms: [["a", "d"], [], ["b", "c"]], resting: ["g"], starts_at: 10 };
    expect(roomsNow({ ...announced, next }).map(({ people }) => people)).toEqual([["a", "d"], [], ["b", "c"]]);
    expect(inLobby({ ...announced, next })).toEqual(["e", "g"]);
  });

  test("shows the round that comes next, those left out aside", () => {
    expect(comingRound(running)?.number).toBe(4);
    expect(roomsPlanned(running).map(({ people }) => people)).toEqual([["a", "c"], ["b", "d"]]);
    expect(roomsPlanned({ ...running, rounds: {} })).toEqual([]);
  });

  test("has everyone else who came in the lobby, by name", () => {
    expect(inLobby(running)).toEqual(["g"]);
    expect(inLobby({ ...running, rooms: {} })).toEqual(["a", "c", "e", "b", "g", "d"]);
  });

  test("counts who is here of those on the list, without whoever has left", () => {
    expect(counts(running)).toEqual({ here: 5, all: 7 });
    expect(counts({ ...running, people: { ...people, g: { ...people.g, presence: "left" } } })).toEqual({ here: 4, all: 6 });
  });
});

describe("what a move would bring", () => {
  const [first, second] = roomsNow(running);

  test("new people, and people met in earlier rounds", () => {
    expect(effect(running, "a", second!)).toEqual({ fresh: 1, again: ["c"] });
    expect(effect(running, "g", first!)).toEqual({ fresh: 2, again: [] });
  });

  test("whoever sits with them now counts as met", () => {
    expect(effect(running, "b", { ...second!, people: ["a", "d"] })).toEqual({ fresh: 1, again: ["a"] });
  });

  test("nobody who has left, and not themselves", () => {
    const left = { ...running, people: { ...people, d: listed("Ravi Patel", { presence: "left" }) } };
    expect(effect(left, "b", second!)).toEqual({ fresh: 1, again: [] });
    expect(effect(running, "c", second!)).toEqual({ fresh: 0, again: ["d"] });
  });

  test("rooms without repeats come first, then those with most new people", () => {
    expect(destinations(running, "a").map((to) => to.room.number)).toEqual([10, 2]);
    expect(destinations(running, "g").map((to) => to.room.number)).toEqual([1, 2, 10]);
  });

  test("a planned room's new pairs leave out those who sit together now", () => {
    expect(newPairs(running, { number: 1, people: ["a", "c", "d"], helpAt: null, visitors: [] })).toBe(1);
    expect(newPairs(running, { number: 2, people: ["a", "b", "g"], helpAt: null, visitors: [] })).toBe(2);
  });
});

test("people are found by any part of their name, in any case", () => {
  expect(found(running, " MEI")).toEqual(["b"]);
  expect(found(running, "a")).toEqual(["a", "c", "d", "e", "f"]);
  expect(found(running, "  ")).toEqual([]);
  expect(found({ ...running, people: { ...people, b: { ...people.b, presence: "removed" } } }, "mei")).toEqual([]);
});

test("a role that most people have goes without saying", () => {
  const roles = { a: listed("A", { role: "Mentor" }), b: listed("B", { role: "Mentee" }), c: listed("C", { role: "Mentee" }) };
  expect(Object.keys(roles).map((id) => roleWorthSaying(hostView({ people: roles }), id))).toEqual(["Mentor", "", ""]);
  const even = { a: roles.a, b: roles.b };
  expect(Object.keys(even).map((id) => roleWorthSaying(hostView({ people: even }), id))).toEqual(["Mentor", "Mentee"]);
});

test("what waits for the host comes in the order it came, lost lines apart", () => {
  const need = (kind: NeedCard["kind"], since: number): NeedCard => ({ kind, since, person: null, room: null, new: 0, taken_by: "" });
  const view = hostView({ needs: { "late:x": need("late", 30), "away:y": need("away", 5), "help:2": need("help", 10) } });
  expect(needs(view).asking.map(({ key }) => key)).toEqual(["help:2", "late:x"]);
  expect(needs(view).away.map(({ key }) => key)).toEqual(["away:y"]);
});

test("so far counts each pair once, among those who came", () => {
  expect(soFar({ ...running, past: { 1: { rooms: [], resting: [] } } })).toEqual({ mean: 2 / 6, pairs: 1, rounds: 1 });
  expect(soFar(hostView())).toEqual({ mean: 0, pairs: 0, rounds: 0 });
});
