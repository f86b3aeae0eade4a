import { describe, expect, test } from "vitest";
import type { HostView } from "../../client/src/protocol.ts";
import { lasts, spanOf } from "../../client/src/timetable.ts";
import cases from "./lasts.json";
import { hostView, roundCard } from "./views.ts";

const START = Date.UTC(2026, 3, 16, 14);
const MINUTE = 60_000;
const event = (part: Partial<HostView["event"]>) => ({ ...hostView().event, ...part });

test("an event lasts as long as the server says, welcome and close included", () => {
  for (const [minutes, expected] of cases as [number[], number][]) {
    expect([minutes, lasts(minutes) / MINUTE]).toEqual([minutes, expected]);
  }
});

describe("an event is", () => {
  test("at no time as long as nobody has set one", () => {
    expect(spanOf(hostView({ rounds: { 1: roundCard(1, "to come") } }))).toBeNull();
  });

  test("as long as its rounds, while they only have minutes", () => {
    const rounds = { 1: roundCard(1, "to come"), 2: roundCard(2, "skipped") };
    expect(spanOf(hostView({ event: event({ starts_at: START }), rounds }))).toEqual([START, START + 19 * MINUTE]);
  });

  test("over when its last round is, as expected now", () => {
    const rounds = {
      1: roundCard(1, "now", { starts_at: START + 7 * MINUTE }),
      2: roundCard(2, "to come", { starts_at: START + 20 * MINUTE }),
    };
    expect(spanOf(hostView({ event: event({ starts_at: START }), rounds }))).toEqual([START, START + 34 * MINUTE]);
    expect(spanOf(hostView({ rounds }))?.[0]).toBe(START + 7 * MINUTE);
  });

  test("what it was, once it is over, with a time set or without", () => {
    const rounds = { 1: roundCard(1, "done", { starts_at: START }), 2: roundCard(2, "to come") };
    const closed_at = START + 11 * MINUTE;
    expect(spanOf(hostView({ event: event({ phase: "closed", closed_at }), rounds }))).toEqual([START, closed_at]);
    expect(spanOf(hostView({ event: event({ phase: "closed", closed_at }) }))).toEqual([closed_at, closed_at]);
  });
});
