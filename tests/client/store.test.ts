import { effect } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Changed, GuestView } from "../../client/src/protocol.ts";
import { moveOf, placeOf } from "../../client/src/screens/place.ts";
import { punctual } from "../../client/src/session.ts";
import { type News, Store } from "../../client/src/store.ts";
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

describe("a round begins by this browser's clock", () => {
  const STARTS_AT = 1_010_000;
  const clock = { number: 2, state: "announced", starts_at: STARTS_AT, ends_at: STARTS_AT + 480_000, paused_at: null } as const;
  const plain = guestView();
  const announced = guestView({
    event: { ...plain.event, phase: "rounds" },
    clock,
    next: { number: 2, room: 5, people: ["b", "c"], new: ["b"], starts_at: STARTS_AT },
  });
  const tables = { clock: { state: "running" }, room: { number: 5, people: ["b", "a", "c"] }, next: { ...plain.next } };
  const started = (seq = 8): Changed => ({
    type: "Changed", seq, at: STARTS_AT, changes: [{ kind: "RoundStarted", by: "", set: tables, drop: {} }],
  });
  const change = (table: string, set: object): Changed => ({
    type: "Changed", seq: 8, at: 0, changes: [{ kind: "", by: "", set: { [table]: set } as never, drop: {} }],
  });

  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** A page that has come in ten seconds before a round, and all that it was told since. */
  function page(view: GuestView = announced, rate = 1) {
    const store = new Store();
    store.welcome(welcome({ view, rate }));
    const news: News[] = [];
    const stops = [store.news.subscribe((some) => void news.push(...some)), punctual(store)];
    const place = () => placeOf(store.guest.value!);
    const moves = () => news.flatMap((each) => moveOf([each]) ?? []);
    return { store, place, moves, end: () => stops.forEach((stop) => stop()) };
  }

  test("to the millisecond, with whoever was announced, and the server's word of it moves nobody again", () => {
    const { store, place, moves } = page();
    store.said({ by: "b", name: "B", text: "Bye", at: 0, room: null });
    vi.advanceTimersByTime(9_999);
    expect(place()).toBe("lobby");
    vi.advanceTimersByTime(1);
    expect(place()).toBe("room");
    expect(store.guest.value?.room).toMatchObject({ number: 5, people: ["b", "c", "a"] });
    expect([store.chat.value, moves().length]).toEqual([[], 1]);
    vi.advanceTimersByTime(8_000);
    store.changed(started());
    expect(store.guest.value?.room.people).toEqual(["b", "a", "c"]);
    expect(moves()).toHaveLength(1);
  });

  test("at the event's rate", () => {
    const { place } = page(announced, 20);
    vi.advanceTimersByTime(499);
    expect(place()).toBe("lobby");
    vi.advanceTimersByTime(1);
    expect(place()).toBe("room");
  });

  test("what the server has said stays as it is, so that both sides count the same", () => {
    const { store } = page();
    vi.advanceTimersByTime(20_000);
    expect(store.view.value).toEqual(announced);
  });

  test("a tab that slept is where it has to be as soon as anything wakes it, and knows how long ago that was", () => {
    const { store, place, end } = page();
    end();
    vi.advanceTimersByTime(600_000);
    store.changed(started());
    expect(place()).toBe("room");
    expect(store.news.value.map(({ at }) => at)).toEqual([STARTS_AT, STARTS_AT]);
    expect(moveOf(store.news.value)).not.toBeNull();
  });

  test("not while the time is stopped, and later when it was put off", () => {
    const { store, place } = page();
    vi.advanceTimersByTime(4_000);
    store.changed(change("clock", { paused_at: 1_004_000 }));
    vi.advanceTimersByTime(60_000);
    expect(place()).toBe("lobby");
    store.changed(change("clock", { paused_at: null, starts_at: 1_070_000 }));
    vi.advanceTimersByTime(5_999);
    expect(place()).toBe("lobby");
    vi.advanceTimersByTime(1);
    expect(place()).toBe("room");
  });

  test("a move that was called off at the last moment is taken back", () => {
    const { store, place, moves } = page();
    vi.advanceTimersByTime(10_020);
    expect(place()).toBe("room");
    store.changed({ ...change("clock", { number: null, state: null, starts_at: null, ends_at: null }), at: 1_009_990 });
    expect(place()).toBe("lobby");
    expect(moves()).toHaveLength(1);
  });

  test("whoever rests stays in the lobby", () => {
    const { store, place, moves } = page({ ...announced, next: { ...announced.next, room: null, people: [] } });
    store.said({ by: "b", name: "B", text: "I rest too", at: 0, room: null });
    vi.advanceTimersByTime(10_000);
    expect(store.chat.value).toHaveLength(1);
    expect([place(), store.guest.value?.clock.state, moves()]).toEqual(["lobby", "running", []]);
  });
});
