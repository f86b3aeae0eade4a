// What screen readers are told of an event: one whole sentence per change that matters, and the clock at
// 2 min, 30 s and 0. Polite unless it is a host's message or a new room.
import { signal, type Signal } from "@preact/signals";
import type { Change, ClockCard, GuestView } from "./protocol.ts";
import { left } from "./clock.ts";
import { isGuest, type News } from "./store.ts";
import { names, t } from "./texts.ts";

export interface Sentence {
  text: string;
  urgent: boolean;
}

/** Holds what the two live regions of the page say; `parts/page.tsx` draws them. */
export class Announcer {
  readonly polite: Signal<string> = signal("");
  readonly urgent: Signal<string> = signal("");

  say({ text, urgent }: Sentence): void {
    const region = urgent ? this.urgent : this.polite;
    // A region is read only when it changes: the same sentence twice gets a trailing space.
    region.value = region.value === text ? `${text}\u00a0` : text;
  }

  news(news: readonly News[]): void {
    for (const each of news) sentences(each).forEach((sentence) => this.say(sentence));
  }
}

/** What a change means in words, for whoever's view it is. */
export function sentences({ change, before, after }: News): Sentence[] {
  const said = [...message(change, after)];
  if (isGuest(before) && isGuest(after)) said.push(...room(before, after), ...hosts(before, after), ...pause(before.clock, after, change));
  return said;
}

function message(change: Change, { message: { text, by, id } }: { message: News["after"]["message"] }): Sentence[] {
  const isNew = change.set["message"] !== undefined && id !== null;
  return isNew ? [{ text: t("announce.message", { host: by, text }), urgent: true }] : [];
}

function room(before: GuestView, after: GuestView): Sentence[] {
  const { room, clock } = after;
  if (room.number === null) return [];
  const others = room.people.filter((id) => id !== after.you.id);
  const moved = room.number !== before.room.number || clock.number !== before.clock.number;
  if (moved && clock.state === "running") return [{ text: newRoom(before, after, others), urgent: true }];
  const was = new Set(before.room.people);
  const now = new Set(room.people);
  return [
    ...others.filter((id) => !was.has(id)).map((id) => t("announce.joined", { name: nameOf(after, id) })),
    ...[...was].filter((id) => !now.has(id)).map((id) => t("announce.left", { name: nameOf(after, id) })),
  ].map((text) => ({ text, urgent: false }));
}

function newRoom(before: GuestView, after: GuestView, others: readonly string[]): string {
  const { clock, room } = after;
  const round = clock.number ?? 0;
  const fresh = others.filter((id) => !before.met[id]).length;
  const values = { r: round, k: room.number ?? 0, names: names(others.map((id) => nameOf(after, id))), n: fresh };
  const topic = after.rounds[String(round)]?.topic ?? "";
  const place = fresh === others.length ? t("move.placed_all_new", values) : t("move.placed", values);
  return topic ? `${place} ${t("move.topic", { topic })}` : place;
}

/** Who comes to visit, and who speaks to everyone. */
function hosts(before: GuestView, { event, room }: GuestView): Sentence[] {
  const said = Object.entries(room.visitors)
    .filter(([id]) => !before.room.visitors[id])
    .map(([, name]) => t("room.visit", { n: 1, names: name }));
  if (event.speaker && event.speaker !== before.event.speaker) said.push(t("announce.speaks", { host: event.speaker_name }));
  return said.map((text) => ({ text, urgent: false }));
}

function pause(before: ClockCard, { clock }: GuestView, { by }: Change): Sentence[] {
  const [was, is] = [before.paused_at !== null, clock.paused_at !== null];
  if (was === is || before.number !== clock.number) return [];
  const text = is ? t("announce.paused", { host: by }) : t("announce.resumed");
  return [{ text, urgent: false }];
}

const nameOf = (view: GuestView, id: string): string => view.people[id]?.name ?? "";

/** What the clock says on its way from one moment of event time to the next; mostly nothing. */
export function clockSentence(clock: ClockCard, from: number, to: number): Sentence | null {
  const [before, after] = [left(clock, from), left(clock, to)];
  if (clock.state !== "running" || clock.paused_at !== null || before === null || after === null) return null;
  const passes = (ms: number): boolean => before > ms && after <= ms;
  if (passes(0)) return { text: t("announce.over"), urgent: false };
  if (passes(30_000)) return { text: t("announce.half_minute"), urgent: false };
  if (passes(120_000)) return { text: t("announce.two_minutes"), urgent: false };
  return null;
}
