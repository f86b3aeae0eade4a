import { describe, expect, test } from "vitest";
import { Announcer, clockSentence, sentences } from "../../client/src/announce.ts";
import type { Change, GuestView } from "../../client/src/protocol.ts";
import { betweenRounds, guestView } from "./views.ts";

const people = {
  a: { name: "Amara Okafor", headline: "", role: "", presence: "here" },
  h: { name: "Henrik Dahl", headline: "", role: "", presence: "here" },
  n: { name: "Noah Jensen", headline: "", role: "", presence: "here" },
} as const;
const empty = guestView().room;
const running = { ...betweenRounds, number: 2, state: "running", starts_at: 0, ends_at: 480_000 } as const;
const round = { number: 2, minutes: 8, size: 3, topic: "Advice worth keeping", question: "", state: "now", starts_at: 0, rooms: 0 } as const;

const said = (before: GuestView, after: GuestView, part: Partial<Change> = {}) =>
  sentences({ before, after, at: 0, change: { kind: "", by: "Maja", set: {}, drop: {}, ...part } });

describe("a new room", () => {
  const before = guestView({ people, rounds: { "2": round } });
  const after = { ...before, clock: running, room: { ...empty, number: 4, people: ["a", "h", "n"] } };

  test("is one urgent sentence with round, room, names and topic", () => {
    expect(said(before, after)).toEqual([
      {
        text: "Round 2. You are in room 4 with Henrik Dahl and Noah Jensen. All of them are new to you. The topic is: Advice worth keeping.",
        urgent: true,
      },
    ]);
  });

  test("says who is new when some are not", () => {
    const met = { h: [1] };
    expect(said({ ...before, met }, { ...after, met })[0]?.text).toContain("One of them is new to you.");
  });
});

test("someone who comes or goes is told politely", () => {
  const before = guestView({ people, clock: running, room: { ...empty, number: 4, people: ["a", "h"] } });
  const after = { ...before, room: { ...empty, number: 4, people: ["a", "n"] } };
  expect(said(before, after)).toEqual([
    { text: "Noah Jensen has joined your room.", urgent: false },
    { text: "Henrik Dahl has left your room.", urgent: false },
  ]);
});

test("a host's message is urgent, and only the message that came", () => {
  const message = { id: "m", text: "Coffee after the last round.", by: "Maja", at: 0 };
  const after = guestView({ message });
  expect(said(guestView(), after, { set: { message } })).toEqual([
    { text: "Maja says: Coffee after the last round.", urgent: true },
  ]);
  expect(said(after, after)).toEqual([]);
});

test("who speaks to everyone, and who comes to visit, is told once", () => {
  const before = guestView({ people, clock: running, room: { ...empty, number: 4, people: ["a", "h"] } });
  const visited = { ...before, room: { ...before.room, visitors: { maja: "Maja" } } };
  expect(said(before, visited)).toEqual([{ text: "Maja is visiting your room.", urgent: false }]);
  expect(said(visited, visited)).toEqual([]);
  const spoken = { ...before, event: { ...before.event, speaker: "maja", speaker_name: "Maja" } };
  expect(said(before, spoken)).toEqual([{ text: "Maja speaks to everyone.", urgent: false }]);
  expect(said(spoken, before)).toEqual([]);
});

describe("the clock", () => {
  const at = (seconds: number): number => running.ends_at - seconds * 1000;

  test("speaks at 2 min, 30 s and 0", () => {
    expect(clockSentence(running, at(120.1), at(120))?.text).toBe("2 minutes left.");
    expect(clockSentence(running, at(30.1), at(29.9))?.text).toBe("30 seconds left.");
    expect(clockSentence(running, at(0.1), at(-1))?.text).toBe("Time is up.");
  });

  test("is silent between, in a pause, and when nothing runs", () => {
    expect(clockSentence(running, at(100), at(31))).toBeNull();
    expect(clockSentence({ ...running, paused_at: at(31) }, at(31), at(29))).toBeNull();
    expect(clockSentence(betweenRounds, 0, 1)).toBeNull();
  });
});

test("the same sentence twice is still a change, or nobody would hear it", () => {
  const announcer = new Announcer();
  announcer.say({ text: "Time is up.", urgent: false });
  const first = announcer.polite.value;
  announcer.say({ text: "Time is up.", urgent: false });
  expect(announcer.polite.value).not.toBe(first);
  expect(announcer.polite.value.trim()).toBe(first);
});
