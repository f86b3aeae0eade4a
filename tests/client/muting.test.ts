import { signal } from "@preact/signals";
import { expect, test, vi } from "vitest";
import type { Devices, Kind } from "../../client/src/call.ts";
import type { Connection } from "../../client/src/connection.ts";
import { obeyHost } from "../../client/src/muting.ts";
import { Store } from "../../client/src/store.ts";
import { guestView, welcome } from "./views.ts";

/** A guest whose microphone and camera are on. */
function guest() {
  const store = new Store();
  const on = { audio: signal<unknown>({}), video: signal<unknown>({}) };
  const set = (to: boolean, ...kinds: Kind[]): Promise<boolean> => {
    for (const kind of kinds) on[kind].value = to ? {} : null;
    return Promise.resolve(true);
  };
  const said = vi.fn();
  obeyHost(store, { do: said } as unknown as Connection, { tracks: on, set } as unknown as Devices);
  const told = (...muted: Kind[]): void => {
    const view = guestView();
    store.welcome(welcome({ view: { ...view, you: { ...view.you, muted } } }));
  };
  return { on: (kind: Kind) => on[kind].value !== null, set, said, told };
}

test("what a host mutes goes off, and nothing else", () => {
  const { on, said, told } = guest();
  told("audio");
  expect([on("audio"), on("video")]).toEqual([false, true]);
  told("audio");
  expect(said).not.toHaveBeenCalled();
});

test("turning it on again asks the server once, and stays on until it has agreed", async () => {
  const { on, set, said, told } = guest();
  told("audio");
  await set(true, "audio");
  told("audio"); // something else has changed meanwhile
  expect(on("audio")).toBe(true);
  expect(said.mock.calls).toEqual([[{ type: "UnmuteMe", medium: "audio" }]]);
  told();
  expect(on("audio")).toBe(true);
});

test("who is muted a second time is off a second time", async () => {
  const { on, set, told } = guest();
  told("audio");
  await set(true, "audio");
  told();
  told("audio");
  expect(on("audio")).toBe(false);
});

test("whoever had it off is not asked for anything", () => {
  const { set, said, told } = guest();
  void set(false, "video");
  told("video");
  told();
  expect(said).not.toHaveBeenCalled();
});
