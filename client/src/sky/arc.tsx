import type { Point } from "./layout.ts";

const WIDTH = 320;
const HEIGHT = 150;
const YOU: Point = [WIDTH / 2, 132];

/** Your own little constellation: you below, everyone you have met in an arc above, whoever is to come dashed. */
export function MetArc({ met, toCome, now, label }: {
  /** One for each person, with the number of the round, in the order of meeting. */
  met: readonly { id: string; round: number }[];
  toCome: number;
  /** The round that runs now: its threads are brighter. */
  now: number | null;
  label: string;
}) {
  const places = met.length + toCome;
  const threads = met.map(({ id, round }, i) => ({ id, round, fresh: round === now, point: place(i, places, round === now) }));
  const empty = Array.from({ length: toCome }, (_, i) => place(met.length + i, places, false));
  return (
    <svg class="sky-chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      {threads.map(({ id, round, fresh, point: [x, y] }) => (
        <path
          key={id}
          d={`M${YOU[0]} ${YOU[1]}L${x} ${y}`}
          stroke={`var(--glow-${((round - 1) % 8) + 1})`}
          stroke-width={fresh ? 2.4 : 1.4}
          opacity={fresh ? 1 : 0.7}
        />
      ))}
      {threads.map(({ id, fresh, point: [x, y] }) => <circle key={id} cx={x} cy={y} r={fresh ? 6 : 5} fill="var(--sky-ink)" />)}
      {empty.map(([x, y]) => <circle key={`${x}`} class="met-to-come" cx={x} cy={y} r={4} />)}
      <circle cx={YOU[0]} cy={YOU[1]} r={17} fill="var(--lamp)" opacity={0.22} />
      <circle cx={YOU[0]} cy={YOU[1]} r={9} fill="var(--lamp)" />
    </svg>
  );
}

function place(i: number, places: number, near: boolean): Point {
  const angle = Math.PI * (1.06 + (0.88 * (i + 0.5)) / places);
  const distance = near ? 104 : 96;
  return [YOU[0] + 1.28 * distance * Math.cos(angle), YOU[1] + distance * Math.sin(angle)];
}
