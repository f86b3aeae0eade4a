import type { RoundNumber } from "../protocol.ts";
import type { Id, Point } from "./layout.ts";

const WIDTH = 560;
const HEIGHT = 400;
const YOU: Point = [WIDTH / 2, HEIGHT / 2];
const REACH: Point = [185, 150];
const NAMED = 32; // above, names would run into each other: the list below has them

interface Met {
  id: Id;
  /** As written beside the point. */
  name: string;
  round: RoundNumber;
}

/** Your own constellation at the end: you in the middle, everyone you met around you in the order of meeting. */
export function MetWheel({ met, label }: { met: readonly Met[]; label: string }) {
  const placed = met.map((each, i) => ({ ...each, angle: angle(i, met.length), at: around(angle(i, met.length)) }));
  const together = placed.flatMap((a, i) => placed.slice(i + 1).filter((b) => b.round === a.round).map((b) => ({ a, b })));
  return (
    <svg class="sky-chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <g fill="none" stroke-linecap="round">
        {together.map(({ a, b }) => <path key={`${a.id} ${b.id}`} d={line(a.at, b.at)} stroke={glow(a.round)} stroke-width={1.1} opacity={0.6} />)}
        {placed.map(({ id, round, at }) => <path key={id} d={line(YOU, at)} stroke={glow(round)} stroke-width={2.4} />)}
      </g>
      {placed.map(({ id, at: [x, y] }) => <circle key={id} cx={x} cy={y} r={met.length > NAMED ? 4.5 : 7} fill="var(--sky-ink)" />)}
      {met.length <= NAMED && placed.map(({ id, name, angle, at }) => <Name key={id} name={name} angle={angle} at={at} />)}
      <circle cx={YOU[0]} cy={YOU[1]} r={24} fill="var(--lamp)" opacity={0.22} />
      <circle cx={YOU[0]} cy={YOU[1]} r={12} fill="var(--lamp)" />
    </svg>
  );
}

const angle = (i: number, n: number): number => -Math.PI / 2 + (i * 2 * Math.PI) / n + 0.12;
const around = (angle: number): Point => [YOU[0] + REACH[0] * Math.cos(angle), YOU[1] + REACH[1] * Math.sin(angle)];
const line = ([ax, ay]: Point, [bx, by]: Point): string => `M${ax} ${ay}L${bx} ${by}`;
const glow = (round: RoundNumber): string => `var(--glow-${((round - 1) % 8) + 1})`;

/** Beside the point, or above and below where there is nothing beside. */
function Name({ name, angle, at: [x, y] }: { name: string; angle: number; at: Point }) {
  const aside = Math.cos(angle);
  const upright = Math.abs(aside) < 0.25;
  const dx = upright ? 0 : aside > 0 ? 13 : -13;
  const dy = upright ? (Math.sin(angle) > 0 ? 22 : -14) : 4;
  const anchor = upright ? "middle" : aside > 0 ? "start" : "end";
  return <text class="wheel-name" x={x + dx} y={y + dy} font-size={13} text-anchor={anchor}>{name}</text>;
}
