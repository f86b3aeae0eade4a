// The event's clock in this browser: the server's time estimated from pings, then stretched by the event's rate.
// Uses only performance.now(); the wall clock of a guest may be wrong by hours.
import type { ClockCard } from "./protocol.ts";

/** One ping: server clock − our clock in ms, the most it can be off, and when (ours) it was measured. */
export interface Sample {
  offset: number;
  error: number;
  at: number;
}

/** Event time = `event_ms` + (server now − `wall_ms`) × `rate`. */
export interface Anchor {
  event_ms: number;
  wall_ms: number;
  rate: number;
}

const DRIFT = 1e-4; // how far two quartz clocks may part, ms per ms; real ones stay under half of it

export class EventClock {
  private anchor: Anchor = { event_ms: 0, wall_ms: 0, rate: 1 };
  private best: Sample | null = null;
  private skew: number | null = null;

  constructor(private readonly ours: () => number = () => performance.now()) {}

  /** A connection begins: until the first pong, take the server's clock to read what it read when it wrote. */
  start(anchor: Anchor): void {
    this.anchor = anchor;
    this.best = { offset: anchor.wall_ms - this.ours(), error: Infinity, at: this.ours() };
  }

  /** Everything came anew on the same line: what was measured still holds. */
  keepOn(anchor: Anchor): void {
    this.anchor = anchor;
  }

  /** Whether a ping has come back on this connection. */
  get isMeasured(): boolean {
    return this.best !== null && this.best.error !== Infinity;
  }

  /** How far the clock was found to be off when last measured again, ms. Each measurement is told once. */
  takeSkew(): number | null {
    const skew = this.skew;
    this.skew = null;
    return skew;
  }

  /** A ping came back. The answer was given halfway, off by at most half the round trip. */
  sample(sent: number, wall_ms: number): Sample {
    const at = this.ours();
    return { offset: wall_ms - (sent + at) / 2, error: (at - sent) / 2, at };
  }

  /** Several pings came back: the one with the least round trip wins, if it beats what is known. */
  measured(samples: readonly Sample[]): void {
    const [first, ...others] = samples;
    if (!first) return;
    const least = others.reduce((a, b) => (b.error < a.error ? b : a), first);
    const known = this.best;
    if (known && this.isMeasured) this.skew = least.offset - known.offset;
    if (known && this.stillBetter(known, least)) return;
    this.best = least;
  }

  /** A computer that slept stops counting, so an old sample that contradicts a new one is not believed. */
  private stillBetter(known: Sample, least: Sample): boolean {
    const error = known.error + (least.at - known.at) * DRIFT;
    return error < least.error && Math.abs(known.offset - least.offset) <= error + least.error;
  }

  get rate(): number {
    return this.anchor.rate;
  }

  /** The server's clock now, ms since 1970. */
  wall(): number {
    return this.ours() + (this.best?.offset ?? 0);
  }

  /** Event time now, ms. */
  now(): number {
    const { event_ms, wall_ms, rate } = this.anchor;
    return event_ms + (this.wall() - wall_ms) * rate;
  }
}

/** Event ms until the live round's next step: its start while announced, else its end. Null between rounds. */
export function left(clock: ClockCard, now: number): number | null {
  const at = clock.state === "announced" ? clock.starts_at : clock.ends_at;
  if (clock.state === null || at === null) return null;
  return Math.max(0, at - (clock.paused_at ?? now));
}
