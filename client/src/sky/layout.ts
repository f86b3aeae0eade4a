// Where people stand in the sky: in their rooms, or all on one ring. Pure geometry in the units of the box.

export type Id = string;
/** Groups of people per round: `rounds[number - 1]` is that round's rooms, [] for a round left out. */
export type Rooms = readonly (readonly Id[])[];
export type Rounds = readonly Rooms[];
export type Point = readonly [x: number, y: number];

export interface Box {
  width: number;
  height: number;
  /** From the edge to the middle of the outermost rooms. */
  pad: number;
  /** At most from the middle of a room to its people. */
  spread: number;
  /** From the edge to the ring. */
  ringPad: number;
}

export interface Layout {
  points: ReadonlyMap<Id, Point>;
  /** The middles of the rooms, in order; none on the ring. */
  centres: readonly Point[];
  radius: number;
}

const GOLDEN = Math.PI * (3 - Math.sqrt(5));
const RING = 10; // up to so many rooms stand in a ring, more fill the sky like the seeds of a sunflower

/** Everyone with their room; who rests stands in a row below. */
export function inRooms(people: readonly Id[], rooms: Rooms, box: Box): Layout {
  const centres = roomCentres(rooms.length, box);
  const radius = roomRadius(rooms.length, box);
  const points = new Map<Id, Point>();
  rooms.forEach((room, k) => {
    const [x, y] = centres[k] ?? middle(box);
    room.forEach((id, i) => points.set(id, around(x, y, radius, radius, -Math.PI / 4 + turn(i, room.length))));
  });
  const resting = people.filter((id) => !points.has(id));
  resting.forEach((id, i) => points.set(id, restingPlace(i, resting.length, box)));
  return { points, centres, radius };
}

/** Everyone on one ring, in order. */
export function onRing(people: readonly Id[], box: Box): Layout {
  const [x, y] = middle(box);
  const radius = Math.min(x, y) - box.ringPad;
  const points = people.map((id, i) => [id, around(x, y, radius, radius, up + turn(i, people.length))] as const);
  return { points: new Map(points), centres: [], radius: 0 };
}

export const middle = ({ width, height }: Box): Point => [width / 2, height / 2];

const up = -Math.PI / 2;
const turn = (i: number, n: number): number => (i * 2 * Math.PI) / n;
const around = (x: number, y: number, rx: number, ry: number, angle: number): Point => [
  x + rx * Math.cos(angle),
  y + ry * Math.sin(angle),
];

function roomCentres(count: number, box: Box): Point[] {
  const [x, y] = middle(box);
  const [rx, ry] = [x - box.pad, y - box.pad];
  const centre = (i: number): Point => {
    if (count === 1) return [x, y];
    if (count <= RING) return around(x, y, rx, ry, up + turn(i, count));
    const reach = Math.sqrt((i + 0.5) / count);
    return around(x, y, rx * reach, ry * reach, i * GOLDEN);
  };
  return Array.from({ length: count }, (_, i) => centre(i));
}

function roomRadius(count: number, { width, height, pad, spread }: Box): number {
  const reach = Math.min(width, height) / 2 - pad;
  if (count <= 1) return Math.min(spread * 2, reach);
  return count <= RING ? Math.min(spread, ((Math.PI * reach) / count) * 0.62) : (reach / Math.sqrt(count)) * 0.62;
}

function restingPlace(i: number, n: number, { width, height, pad }: Box): Point {
  const gap = Math.min(24, (width - pad) / n);
  return [width / 2 + (i - (n - 1) / 2) * gap, height - Math.min(28, pad / 3)];
}
