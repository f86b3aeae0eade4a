import { describe, expect, test } from "vitest";
import type { GuestView, Presence, RoundCard } from "../../client/src/protocol.ts";
import { lastRound, meetings, moveOf, nextRound, placeOf, seatedUnasked, waitingOf, worthJoining } from "../../client/src/screens/place.ts";
import type { News } from "../../client/src/store.ts";
import { betweenRounds, guestView } from "./views.ts";

const plain = guestView();
const round = (number: number, state: RoundCard["state"]): RoundCard => ({
  number, minutes: 8, size: 4, topic: "", question: "", state, starts_at: null, rooms: 0,
});
const running = { number: 2, state: "running", starts_at: 0, ends_at: 480_000, paused_at: null } as const;
const announced = { ...running, state: "announced" } as const;
const here = (name: string, presence: Presence = "here") => ({ name, headline: "", role: "", presence });
const people = { a: here("Amara Okafor"), b: here("Mei-Ling Chen"), c: here("David Rosenthal"), d: here("Ravi Patel") };
const inRoom = (number: number, ...others: string[]): GuestView =>
  guestView({
    people,
    event: { ...plain.event, phase: "rounds" },
    clock: running,
    rounds: { 1: round(1, "done"), 2: round(2, "now"), 3: round(3, "to come") },
    room: { ...plain.room, number, people: ["a", ...others] },
  });
const news = (before: GuestView, after: GuestView): News[] => [
  { before, after, at: 0, change: { kind: "", by: "", set: {}, drop: {} } },
];

describe("which screen shows", () => {
  const event = (phase: GuestView["event"]["phase"]) => ({ event: { ...plain.event, phase } });
  const you = (presence: Presence) => ({ you: { ...plain.you, presence } });

  test("doors, lobby, end", () => {
    expect(placeOf(guestView(event("draft")))).toBe("early");
    expect(placeOf(guestView(event("open")))).toBe("lobby");
    expect(placeOf(guestView(event("closed")))).toBe("after");
  });

  test("someone on the list who has not come in joins first, and cannot after the end", () => {
    expect(placeOf(guestView({ ...event("open"), ...you("expected") }))).toBe("join");
    expect(placeOf(guestView({ ...event("closed"), ...you("expected") }))).toBe("over");
  });

  test("who left sees the people they met once it is over", () => {
    expect(placeOf(guestView({ ...event("rounds"), ...you("left") }))).toBe("left");
    expect(placeOf(guestView({ ...event("closed"), ...you("left") }))).toBe("after");
  });

  test("a room is one while people talk in it, in grace as well", () => {
    const view = inRoom(4, "b");
    expect(placeOf(view)).toBe("room");
    expect(placeOf({ ...view, clock: { ...running, state: "grace" } })).toBe("room");
    expect(placeOf({ ...view, clock: announced })).toBe("lobby");
    expect(placeOf({ ...view, room: plain.room })).toBe("lobby");
  });
});

describe("what is awaited in no room", () => {
  const waiting = (part: Partial<GuestView>, you: Partial<GuestView["you"]> = {}, worth = true) =>
    waitingOf(guestView({ event: { ...plain.event, phase: "rounds" }, ...part, you: { ...plain.you, ...you } }), worth);

  test("the start, then the next round", () => {
    expect(waitingOf(plain, false)).toBe("start");
    expect(waiting({ clock: betweenRounds })).toBe("between");
  });

  test("an announced seat, or a rest", () => {
    expect(waiting({ clock: announced, next: { ...plain.next, room: 2 } })).toBe("next");
    expect(waiting({ clock: announced })).toBe("next-rest");
  });

  test("a latecomer chooses while a room can take them and they have not chosen", () => {
    expect(waiting({ clock: running }, { late_since: 5, can_join: 4 })).toBe("late");
    expect(waiting({ clock: running }, { late_since: 5 })).toBe("late-waits");
    expect(waiting({ clock: running }, { late_since: 5, can_join: 4, waits: true })).toBe("late-waits");
    expect(waiting({ clock: running }, { late_since: 5, can_join: 4 }, false)).toBe("late-waits");
    expect(waiting({ clock: running }, { sits_out: true })).toBe("resting");
  });

  test("a round is worth joining while a minute is left, in a short one half of it, and not in grace", () => {
    const view = (minutes: number) => guestView({ clock: running, rounds: { 2: { ...round(2, "now"), minutes } } });
    expect(worthJoining(view(8), 420_000)).toBe(true);
    expect(worthJoining(view(8), 420_001)).toBe(false);
    expect(worthJoining(view(1), 450_000)).toBe(true);
    expect(worthJoining(view(1), 450_001)).toBe(false);
    expect(worthJoining({ ...view(8), clock: { ...running, state: "grace" } }, 0)).toBe(false);
  });

  test("who does not choose is told of a place only if there is time to give it", () => {
    const since = (late_since: number) =>
      guestView({ clock: running, rounds: { 2: round(2, "now") }, you: { ...plain.you, late_since } });
    expect(seatedUnasked(since(400_000))).toBe(true);
    expect(seatedUnasked(since(400_001))).toBe(false);
  });
});

describe("rounds", () => {
  const view = guestView({ rounds: { 10: round(10, "to come"), 9: round(9, "skipped"), 8: round(8, "done") } });

  test("are in order of their numbers, without those left out", () => {
    expect(nextRound(view)?.number).toBe(10);
    expect(lastRound(view)).toBe(10);
    expect(nextRound(plain)).toBeNull();
  });
});

describe("people met", () => {
  test("stand in the order of meeting, with those of the room last", () => {
    const view = { ...inRoom(4, "c"), met: { d: [1], b: [1] } };
    expect(meetings(view).map(({ id, round }) => `${id}${round}`)).toEqual(["d1", "b1", "c2"]);
  });

  test("count once, by their first meeting", () => {
    expect(meetings({ ...inRoom(4, "b"), met: { b: [1, 2] } })).toEqual([{ id: "b", round: 1 }]);
  });
});

describe("a move", () => {
  const lobby: GuestView = { ...inRoom(4, "b"), room: plain.room };

  test("is a seat where there was none, or another round", () => {
    expect(moveOf(news(lobby, inRoom(4, "b")))?.alone).toBe(false);
    const next = { ...inRoom(4, "c"), clock: { ...running, number: 3 } };
    expect(moveOf(news(inRoom(4, "b"), next))?.alone).toBe(false);
  });

  test("is none when people come and go around someone who stays", () => {
    expect(moveOf(news(inRoom(4, "b"), inRoom(4, "b", "c")))).toBeNull();
    expect(moveOf(news(inRoom(4, "b"), lobby))).toBeNull();
    expect(moveOf([])).toBeNull();
  });

  test("says so when everyone of the old room is gone", () => {
    const after = inRoom(5, "c");
    const gone = { ...after, people: { ...people, b: here("Mei-Ling Chen", "left") } };
    expect(moveOf(news(inRoom(4, "b"), gone))?.alone).toBe(true);
    expect(moveOf(news(inRoom(4, "b"), after))?.alone).toBe(false);
  });
});
