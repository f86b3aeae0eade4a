// Small views for tests, complete so that the compiler agrees.
import type { Changed, ClockCard, GuestView, HostView, ListedCard, RoundCard, Welcome } from "../../client/src/protocol.ts";

export const betweenRounds: ClockCard = { number: null, state: null, starts_at: null, ends_at: null, paused_at: null };

export function guestView(part: Partial<GuestView> = {}): GuestView {
  return {
    event: {
      id: "e", title: "Mixer", zone: "UTC", starts_at: null, phase: "open", manual: false, next_at: null,
      closed_at: null, hosts: [], speaker: null, speaker_name: "",
    },
    rounds: {},
    clock: betweenRounds,
    people: {},
    room: { number: null, people: [], help_at: null, help_by: null, help_taken_by: null, visitors: {} },
    next: { number: null, room: null, people: [], new: [], starts_at: null },
    you: {
      id: "a", name: "Amara Okafor", headline: "", email: "", presence: "here", late_since: null, waits: false,
      sits_out: false, can_join: null, join_with: [], new_next: null, to_come: null, muted: [],
    },
    met: {},
    contacts: {},
    message: { id: null, text: "", by: "", at: null },
    ...part,
  };
}

export function hostView(part: Partial<HostView> = {}): HostView {
  return {
    event: guestView().event,
    rounds: {},
    clock: betweenRounds,
    people: {},
    rooms: {},
    next: { number: null, rooms: [], resting: [], starts_at: null },
    plan: {},
    past: {},
    numbers: {
      planned: false, people: 0, possible: 0, mean: 0, least: 0, most: 0, repeats: 0, distinct: 0, bound: 0,
      bound_name: "", optimal: false,
    },
    needs: {},
    hosts: {},
    apart: {},
    message: { id: null, text: "", by: "", at: null },
    ...part,
  };
}

export const listed = (name: string, part: Partial<ListedCard> = {}): ListedCard => ({
  name, headline: "", role: "", email: "", presence: "here", away_since: null, room: null, late_since: null,
  waits: false, sits_out: false, met: [], muted: [], ...part,
});

export const roundCard = (number: number, state: RoundCard["state"], part: Partial<RoundCard> = {}): RoundCard => ({
  number, minutes: 8, size: 4, topic: "", question: "", state, starts_at: null, rooms: 0, ...part,
});

export function welcome(part: Partial<Welcome> = {}): Welcome {
  return {
    type: "Welcome", version: 1, you: { id: "a", role: "participant", name: "Amara Okafor" }, epoch: 1, seq: 7,
    view: guestView(), rate: 1, event_ms: 1_000_000, wall_ms: 1_000_000, reconnecting: [], chat: [], ...part,
  };
}

export const changed = (seq: number, title: string): Changed => ({
  type: "Changed", seq, at: 0, changes: [{ kind: "EventEdited", by: "Maja", set: { event: { title } }, drop: {} }],
});
