// How points fly from one picture to the next: each a little later than the one before, a flock, not a jump.
import type { Id, Point } from "./layout.ts";

export const MOVE_MS = 2400;
const STAGGER = 0.22;

export const calm = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;

const ease = (x: number): number => (x < 0.5 ? 4 * x ** 3 : 1 - (2 - 2 * x) ** 3 / 2);

/** Where everyone is at `progress` (0 … 1) of the flight. Who was nowhere before appears in place. */
export function flock(
  people: readonly Id[],
  from: ReadonlyMap<Id, Point>,
  to: ReadonlyMap<Id, Point>,
  progress: number,
): Map<Id, Point> {
  const at = new Map<Id, Point>();
  people.forEach((id, i) => {
    const end = to.get(id);
    if (!end) return;
    const [x, y] = from.get(id) ?? end;
    const lag = STAGGER * (i / people.length);
    const s = ease(Math.max(0, Math.min(1, (progress - lag) / (1 - STAGGER))));
    at.set(id, [x + (end[0] - x) * s, y + (end[1] - y) * s]);
  });
  return at;
}

/** Calls `step` with 0 … 1 once a frame for `ms`; with 1 at once when nothing is to move. Returns what stops it. */
export function animate(ms: number, step: (progress: number) => void): () => void {
  if (ms <= 0) {
    step(1);
    return () => {};
  }
  const start = performance.now();
  let frame = 0;
  const next = (now: number): void => {
    const progress = Math.max(0, Math.min(1, (now - start) / ms));
    step(progress);
    if (progress < 1) frame = requestAnimationFrame(next);
  };
  next(start);
  return () => cancelAnimationFrame(frame);
}
