import { describe, expect, test } from "vitest";
import { EventClock, left } from "../../client/src/clock.ts";
import { betweenRounds } from "./views.ts";

/** A browser's clock that a test sets; the server's is ahead of it by `ahead`. */
function browser(ahead: number) {
  let ours = 5_000;
  const clock = new EventClock(() => ours);
  const pass = (ms: number) => {
    ours += ms;
  };
  /** A ping that takes so long out and back. */
  const ping = (out: number, back: number) => {
    const sent = ours;
    pass(out);
    const wall = ours + ahead;
    pass(back);
    return clock.sample(sent, wall);
  };
  return { clock, pass, ping, serverNow: () => ours + ahead };
}

describe("before the first pong", () => {
  test("the server's clock is taken to read what it wrote in its welcome", () => {
    const { clock, pass } = browser(777);
    clock.start({ event_ms: 60_000, wall_ms: 1_000_000, rate: 1 });
    pass(500);
    expect(clock.now()).toBe(60_500);
  });
});

describe("measuring", () => {
  test("the ping with the least round trip wins", () => {
    const { clock, ping, serverNow } = browser(1_700_000_000_000);
    clock.start({ event_ms: 0, wall_ms: serverNow(), rate: 1 });
    const started = serverNow();
    clock.measured([ping(400, 20), ping(10, 12), ping(30, 300)]);
    expect(Math.abs(clock.now() - (serverNow() - started))).toBeLessThanOrEqual(1);
  });

  test("event time runs at the event's rate", () => {
    const { clock, pass, ping, serverNow } = browser(0);
    clock.start({ event_ms: 1_000, wall_ms: serverNow(), rate: 20 });
    clock.measured([ping(0, 0)]);
    pass(100);
    expect(clock.now()).toBe(3_000);
  });

  test("a worse burst later does not spoil a good measurement", () => {
    const { clock, pass, ping, serverNow } = browser(1_000);
    clock.start({ event_ms: 0, wall_ms: 0, rate: 1 });
    clock.measured([ping(5, 5)]);
    pass(30_000);
    clock.measured([ping(900, 100)]);
    expect(Math.abs(clock.now() - serverNow())).toBeLessThan(5);
    expect(Math.abs(clock.takeSkew() ?? 0)).toBeCloseTo(400);
    expect(clock.takeSkew()).toBeNull();
  });

  test("an old measurement that contradicts a new one is dropped: this computer slept", () => {
    let ahead = 1_000;
    let ours = 0;
    const clock = new EventClock(() => ours);
    clock.start({ event_ms: 0, wall_ms: 0, rate: 1 });
    clock.measured([clock.sample(ours, ours + ahead)]);
    ahead += 600_000; // asleep for ten minutes: our clock stood still
    const sent = ours;
    ours += 200;
    clock.measured([clock.sample(sent, ours - 100 + ahead)]);
    expect(clock.now()).toBe(ours + ahead);
  });
});

describe("the time left", () => {
  const running = { ...betweenRounds, number: 2, state: "running", starts_at: 0, ends_at: 480_000 } as const;

  test("runs to the start while announced, to the end while running", () => {
    expect(left({ ...running, state: "announced", starts_at: 10_000 }, 4_000)).toBe(6_000);
    expect(left(running, 4_000)).toBe(476_000);
  });

  test("stands still in a pause and never goes below zero", () => {
    expect(left({ ...running, paused_at: 80_000 }, 300_000)).toBe(400_000);
    expect(left(running, 999_000)).toBe(0);
  });

  test("is nothing between rounds", () => {
    expect(left(betweenRounds, 0)).toBeNull();
  });
});
