import type { Id } from "./layout.ts";

const WIDTH = 900;
const HEIGHT = 300;
const MOST = 80;

/** People as points around a text in the middle, before anyone has met; you are the lamp. Decoration. */
export function Gathering({ people }: { people: readonly Id[] }) {
  return (
    <svg class="sky-chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      {people.slice(0, MOST).map((id) => {
        const [x, y] = place(id);
        return <circle key={id} cx={x} cy={y} r={5.5} fill="var(--sky-ink)" />;
      })}
      <circle cx={738} cy={96} r={16} fill="var(--lamp)" opacity={0.2} />
      <circle cx={738} cy={96} r={8} fill="var(--lamp)" />
    </svg>
  );
}

/** Always the same place for an id, beside the text. */
function place(id: Id): [x: number, y: number] {
  let seed = 7;
  for (const sign of id) seed = (seed * 31 + (sign.codePointAt(0) ?? 0)) % 2147483647;
  const chance = (): number => (seed = (seed * 16807) % 2147483647) / 2147483647;
  chance();
  const side = chance() < 0.5 ? 0 : 1;
  // Wide screens cut the sky above and below.
  return [30 + side * 620 + chance() * 220, 66 + chance() * (HEIGHT - 132)];
}
