// One picture of the sky as numbers: what a painter puts on screen, whether SVG or canvas.
import { type Box, type Id, type Layout, middle, type Point, type Rounds } from "./layout.ts";

export type Mode = "rooms" | "web";

export interface Thread {
  a: Id;
  b: Id;
  round: number;
}

export interface Scene {
  people: readonly { id: Id; name: string }[];
  rounds: Rounds;
  threads: readonly Thread[];
  you: Id | null;
  box: Box;
  dot: number;
}

export interface DrawnThread {
  from: Point;
  bend: Point;
  to: Point;
  width: number;
  opacity: number;
}

export interface Moment {
  mode: Mode;
  /** The round shown, and the one that people come from; equal when nobody moves. */
  round: number;
  from: number;
  /** 0 … 1: how far the move is. */
  progress: number;
}

/** Everyone who shared a room, once for each round. */
export function threadsOf(rounds: Rounds): Thread[] {
  return rounds.flatMap((rooms, r) =>
    rooms.flatMap((room) => room.flatMap((a, i) => room.slice(i + 1).map((b) => ({ a, b, round: r + 1 })))),
  );
}

/** Progress of one part of a move: 0 up to `start`, 1 from `end`. */
const part = (progress: number, start: number, end: number): number =>
  Math.max(0, Math.min(1, (progress - start) / (end - start)));

/** How a thread looks at a moment, or null when it is not to be seen. Old threads fade in the first 30 % of
 * a move, new ones light up in the last 28 %. */
export function drawn(scene: Scene, thread: Thread, at: ReadonlyMap<Id, Point>, moment: Moment): DrawnThread | null {
  const { mode, round, from: before, progress } = moment;
  const [from, to] = [at.get(thread.a), at.get(thread.b)];
  if (thread.round > round || !from || !to) return null;
  const newest = thread.round === round;
  const moving = before !== round;
  const shown = newest && moving ? part(progress, 0.72, 1) : 1;
  if (shown === 0) return null;
  const strong = mode === "web" ? 0 : strength(newest, moving && thread.round === before, moving ? progress : 1);
  const [rest, thin] = looks(scene, thread, mode);
  const pull = (mode === "web" ? 0.42 : 0.3) * (1 - strong);
  return {
    from,
    bend: bend(from, to, middle(scene.box), pull),
    to,
    width: thin + (2.4 - thin) * strong,
    opacity: shown * (rest + (1 - rest) * strong),
  };
}

function strength(newest: boolean, leaving: boolean, progress: number): number {
  if (newest) return part(progress, 0.72, 1);
  return leaving ? 1 - part(progress, 0, 0.3) : 0;
}

/** Opacity and width of a thread of an earlier round. Yours stand out; in a crowd the others step back. */
function looks({ people, you }: Scene, { a, b }: Thread, mode: Mode): [opacity: number, width: number] {
  const crowd = people.length > 80;
  if (you !== null && (a === you || b === you)) return mode === "web" ? [0.95, 2.6] : [0.7, 1.8];
  if (crowd) return [0.1, 0.5];
  if (mode === "web") return [you === null ? 0.6 : 0.2, 1.1];
  return [you === null ? 0.3 : 0.14, 1.1];
}

function bend([ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point, pull: number): Point {
  const [x, y] = [(ax + bx) / 2, (ay + by) / 2];
  return [x + (cx - x) * pull, y + (cy - y) * pull];
}

export interface Halo {
  centre: Point;
  radius: number;
  yours: boolean;
  room: number;
}

/** The discs behind the rooms of a round at rest. */
export function halos({ rounds, you, dot }: Scene, layout: Layout, round: number): Halo[] {
  return layout.centres.map((centre, k) => ({
    centre,
    radius: layout.radius + dot * 2.6,
    yours: you !== null && (rounds[round - 1]?.[k]?.includes(you) ?? false),
    room: k + 1,
  }));
}

export interface Label {
  x: number;
  y: number;
  anchor: "start" | "middle" | "end";
}

/** Where a name stands beside its point: away from the middle of the room, or of the ring. */
export function labelPlace([x, y]: Point, [cx, cy]: Point, dot: number): Label {
  const [dx, dy] = [x - cx, y - cy];
  const off = dot + 5;
  if (Math.abs(dx) < 6) return { x: 0, y: dy > 0 ? off + 10 : -off, anchor: "middle" };
  return dx > 0 ? { x: off, y: 4, anchor: "start" } : { x: -off, y: 4, anchor: "end" };
}
