// What this browser knows of an event, as signals. The connection writes, screens read.
import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { EventClock } from "./clock.ts";
import { follow } from "./follow.ts";
import type {
  AnyCommand, Change, Changed, GuestView, HostView, ParticipantId, Planning, Resumed, Said, View, Welcome, You,
} from "./protocol.ts";

export type ConnectionState =
  | { is: "connecting" } // for the first time: nothing to show yet
  | { is: "open" }
  | { is: "lost"; retryAt: number } // coming back; performance.now() of the next try
  | { is: "closed"; why: string }; // for good: the name of a close code, or the code of a problem

/** One change with the views around it: what announcements and motion are made from. */
export interface News {
  change: Change;
  before: View;
  after: View;
  at: number;
}

export const isGuest = (view: View): view is GuestView => "you" in view;

export class Store {
  readonly view: Signal<View | null> = signal(null);
  /** The view of a participant's session, or null. */
  readonly guest: ReadonlySignal<GuestView | null> = computed(() => {
    const view = this.view.value;
    return view && isGuest(view) ? view : null;
  });
  /** The view of a host's or organiser's session, or null. */
  readonly host: ReadonlySignal<HostView | null> = computed(() => {
    const view = this.view.value;
    return view && !isGuest(view) ? view : null;
  });
  readonly you: Signal<You | null> = signal(null);
  readonly connection: Signal<ConnectionState> = signal({ is: "connecting" });
  /** People whose connection is lost just now and may be back in a moment. */
  readonly reconnecting: Signal<ReadonlySet<ParticipantId>> = signal(new Set());
  /** The lines of the room (or lobby) you are in, oldest first. */
  readonly chat: Signal<readonly Said[]> = signal([]);
  /** Commands not answered yet, by cid. */
  readonly pending: Signal<ReadonlyMap<string, AnyCommand>> = signal(new Map());
  /** Hosts: the planner at work. */
  readonly planning: Signal<Planning | null> = signal(null);
  /** The changes of the last message, for announcements. */
  readonly news: Signal<readonly News[]> = signal([]);
  readonly clock = new EventClock();
  /** Event time, ms, ticking. */
  readonly now: Signal<number> = signal(0);

  epoch = 0;
  seq = 0;

  tick(): void {
    this.now.value = this.clock.now();
  }

  /** Everything, or a resumption whose missed changes follow. `again`: on a line that is open already. */
  welcome(message: Welcome | Resumed, again = false): void {
    batch(() => {
      if (again) this.clock.keepOn(message);
      else this.clock.start(message);
      this.epoch = message.epoch;
      if (message.type === "Welcome") {
        this.seq = message.seq;
        this.view.value = message.view;
        this.news.value = [];
      }
      this.you.value = message.you;
      this.reconnecting.value = new Set(message.reconnecting);
      this.chat.value = message.chat;
      this.tick();
    });
  }

  changed(message: Changed): void {
    let view = this.view.value;
    if (!view) return;
    const news: News[] = [];
    for (const change of message.changes) {
      const after: View = follow(view, change);
      news.push({ change, before: view, after, at: message.at });
      view = after;
    }
    batch(() => {
      this.seq = message.seq;
      this.view.value = view;
      this.news.value = news;
      this.tick();
    });
  }

  said(said: Said): void {
    this.chat.value = [...this.chat.value, said];
  }

  setReconnecting(person: ParticipantId, on: boolean): void {
    const people = new Set(this.reconnecting.value);
    if (on) people.add(person);
    else people.delete(person);
    this.reconnecting.value = people;
  }

  setPending(cid: string, command: AnyCommand | null): void {
    const pending = new Map(this.pending.value);
    if (command) pending.set(cid, command);
    else pending.delete(cid);
    this.pending.value = pending;
  }
}
