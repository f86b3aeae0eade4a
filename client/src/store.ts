// What this browser knows of an event, as signals. The connection writes, screens read.
import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { begun, beginsAt } from "./begin.ts";
import { EventClock } from "./clock.ts";
import { follow } from "./follow.ts";
import type {
  AnyCommand, Change, Changed, Gaps, GuestView, HostView, ParticipantId, Planning, Resumed, Said, View, Welcome, You,
} from "./protocol.ts";

export type ConnectionState =
  | { is: "connecting" } // for the first time: nothing to show yet
  | { is: "open" }
  | { is: "lost"; retryAt: number } // coming back; performance.now() of the next try
  | { is: "closed"; why: string }; // for good: the name of a close code, or the code of a problem

/** One change with the views around it: what announcements and motion are made from. A round that began by this
 * browser's clock is one as well, and the server's word of it changes nothing more. */
export interface News {
  change: Change;
  before: View;
  after: View;
  at: number;
}

const BEGUN: Change = { kind: "RoundStarted", by: "", set: {}, drop: {} };

export const isGuest = (view: View): view is GuestView => "you" in view;

export class Store {
  /** What the server has said. */
  readonly view: Signal<View | null> = signal(null);
  /** When a guest's announced round begins, event ms, or null. */
  readonly beginsAt: ReadonlySignal<number | null> = computed(() => {
    const view = this.view.value;
    return view && isGuest(view) ? beginsAt(view) : null;
  });
  private readonly begun = computed(() => this.beginsAt.value !== null && this.now.value >= this.beginsAt.value);
  /** The view of a participant's session as of now, or null. */
  readonly guest: ReadonlySignal<GuestView | null> = computed(() => {
    const view = this.view.value;
    if (!view || !isGuest(view)) return null;
    return this.begun.value ? begun(view) : view;
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
  /** For hosts: how long guests waited for the first new picture at the last switch. */
  readonly gaps: Signal<Gaps | null> = signal(null);
  /** The changes of the last message, for announcements. */
  readonly news: Signal<readonly News[]> = signal([]);
  readonly clock = new EventClock();
  /** Event time, ms, ticking. */
  readonly now: Signal<number> = signal(0);

  epoch = 0;
  seq = 0;

  /** Look at the clock. A round that begins by it is news. */
  tick(): void {
    const news = this.begin();
    if (news.length) this.news.value = news;
  }

  private begin(): News[] {
    return batch(() => {
      const before = this.guest.peek();
      const at = this.beginsAt.peek();
      this.now.value = this.clock.now();
      const after = this.guest.peek();
      if (!before || !after || before === after || at === null) return [];
      if (after.room.number !== before.room.number) this.chat.value = []; // that of the place before
      return [{ change: BEGUN, before, after, at }];
    });
  }

  /** As the page shows it. */
  private shown(view: View): View {
    if (!isGuest(view)) return view;
    const at = beginsAt(view);
    return at !== null && this.now.peek() >= at ? begun(view) : view;
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
    const known = this.view.value;
    if (!known) return;
    batch(() => {
      const news = this.begin();
      let view = known;
      for (const change of message.changes) {
        const after: View = follow(view, change);
        news.push({ change, before: this.shown(view), after: this.shown(after), at: message.at });
        view = after;
      }
      this.seq = message.seq;
      this.view.value = view;
      this.news.value = news;
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
