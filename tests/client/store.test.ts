import { effect } from "@preact/signals";
import { expect, test } from "vitest";
import { Store } from "../../client/src/store.ts";
import { changed, guestView, welcome } from "./views.ts";

test("a welcome brings everything, and who is looking decides which view it is", () => {
  const store = new Store();
  store.welcome(welcome({ reconnecting: ["b"] }));
  expect(store.guest.value?.you.name).toBe("Amara Okafor");
  expect(store.host.value).toBeNull();
  expect([store.epoch, store.seq, [...store.reconnecting.value]]).toEqual([1, 7, ["b"]]);
});

test("a change moves the view on and is told with what was before", () => {
  const store = new Store();
  store.welcome(welcome());
  store.changed(changed(9, "Spring Mixer"));
  expect(store.view.value?.event.title).toBe("Spring Mixer");
  expect(store.news.value.map(({ before, after }) => [before.event.title, after.event.title])).toEqual([
    ["Mixer", "Spring Mixer"],
  ]);
  expect(store.seq).toBe(9);
});

test("one message is drawn once, however many changes it brings", () => {
  const store = new Store();
  store.welcome(welcome());
  let drawn = 0;
  const stop = effect(() => void (store.view.value && drawn++));
  store.changed({ ...changed(9, "A"), changes: [...changed(9, "A").changes, ...changed(9, "B").changes] });
  stop();
  expect(drawn).toBe(2);
  expect(store.view.value?.event.title).toBe("B");
});

test("a resumption keeps the view: the missed changes follow", () => {
  const store = new Store();
  store.welcome(welcome({ view: guestView({ met: { b: [1] } }) }));
  const { type: _, version: __, view: ___, ...rest } = welcome({ seq: 12 });
  store.welcome({ type: "Resumed", ...rest });
  expect(store.guest.value?.met).toEqual({ b: [1] });
  expect(store.seq).toBe(7);
});

test("a change without a view is left alone", () => {
  const store = new Store();
  store.changed(changed(3, "Early"));
  expect(store.view.value).toBeNull();
});
