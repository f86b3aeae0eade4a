import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { digest } from "../../client/src/digest.ts";
import { follow } from "../../client/src/follow.ts";
import type { Change } from "../../client/src/protocol.ts";

const change = (set: Change["set"], drop: Change["drop"] = {}): Change => ({ kind: "", by: "", set, drop });

test("keys are set and dropped, the rest of the table stays", () => {
  const before = { people: { a: 1, b: 2, c: 3 }, clock: { number: null } };
  expect(follow(before, change({ people: { a: 9, d: 4 } }, { people: ["b"] }))).toEqual({
    people: { a: 9, c: 3, d: 4 },
    clock: { number: null },
  });
});

test("the view before is left as it was", () => {
  const before = { people: { a: 1 } };
  follow(before, change({ people: { a: 2 } }, { people: ["a"] }));
  expect(before).toEqual({ people: { a: 1 } });
});

test("a table that did not change keeps its identity, so that nothing of it is drawn again", () => {
  const before = { people: { a: 1 }, clock: { number: 1 } };
  expect(follow(before, change({ clock: { number: 2 } })).people).toBe(before.people);
});

interface Trace {
  viewer: string;
  view: object;
  /** Each with the fingerprint of the view that the server sees after it. */
  steps: readonly { change: Change; digest: string }[];
  last: object;
}

const folder = new URL("./traces/", import.meta.url);
const traces = readdirSync(folder).map((name) => JSON.parse(readFileSync(new URL(name, folder), "utf8")) as Trace);

describe.each(traces)("a recorded evening, as $viewer sees it", ({ view, steps, last }) => {
  test("following every change shows what looking again shows", () => {
    let followed = view;
    steps.forEach((step, i) => {
      followed = follow(followed, step.change);
      expect(digest(followed), `after change ${i}, ${step.change.kind}`).toBe(step.digest);
    });
    expect(followed).toEqual(last);
  });

  test("every change matters: without any one of the last ten, the end is another", () => {
    for (let left = Math.max(0, steps.length - 10); left < steps.length; left++) {
      const followed = steps.filter((_, i) => i !== left).reduce((each, step) => follow(each, step.change), view);
      if (digest(followed) !== steps.at(-1)?.digest) return;
    }
    expect.unreachable("no change of the trace changes anything");
  });
});

test("a whole evening is recorded for a guest and for a host", () => {
  expect(traces.map(({ viewer }) => viewer)).toEqual(expect.arrayContaining(["guest", "host"]));
  expect(Math.min(...traces.map(({ steps }) => steps.length))).toBeGreaterThan(20);
});
