import { useEffect, useMemo, useRef } from "preact/hooks";
import { Constellation } from "./constellation.ts";
import { type Mode, type Scene, threadsOf } from "./frame.ts";
import type { Id, Rounds } from "./layout.ts";
import { canvasPainter, type Names, svgPainter } from "./painters.ts";

const SVG_LIMIT = 60;

export interface SkyProps {
  /** In a lasting order: it decides the places on the ring. Keep its identity while it is the same. */
  people: readonly { id: Id; name: string }[];
  rounds: Rounds;
  you?: Id | null;
  /** The round shown; in the web, all threads up to it. 0 shows people without threads. */
  round: number;
  mode?: Mode;
  names?: Names;
  /** For screen readers; without it the picture is decoration. */
  label?: string;
  width?: number;
  height?: number;
  pad?: number;
  ringPad?: number;
  spread?: number;
  dot?: number;
  /** How long people fly when `round` or `mode` changes; 0 cuts. */
  ms?: number;
  /** The round they come from when the sky first appears. */
  from?: number;
  onArrived?: () => void;
}

/** The constellation: people as points, meetings as threads, each round in its colour. */
export function Sky(props: SkyProps) {
  const { people, rounds, round, mode = "rooms", names = "none", label, width = 560, height = 560 } = props;
  const target = useRef<SVGSVGElement & HTMLCanvasElement>(null);
  const live = useRef<{ sky: Constellation; round: number; mode: Mode } | null>(null);
  const sizes = [width, height, props.pad, props.ringPad, props.spread, props.dot];
  const scene = useMemo(() => sceneOf(props), [people, rounds, props.you, names, ...sizes]);
  const large = people.length > SVG_LIMIT;

  useEffect(() => {
    const drawing = target.current;
    if (!drawing) return;
    const painter = large ? canvasPainter(drawing, scene) : svgPainter(drawing, scene, names);
    const sky = new Constellation(scene, painter);
    const before = live.current?.round ?? props.from;
    if (before !== undefined && before !== round) sky.show(before, { mode });
    live.current = { sky, round: before ?? round, mode };
    const resized = new ResizeObserver(() => sky.repaint());
    if (large) resized.observe(drawing);
    return () => {
      resized.disconnect();
      sky.stop();
    };
  }, [scene, large, names]);

  useEffect(() => {
    const current = live.current;
    if (!current) return;
    const from = current.round;
    const same = from === round && current.mode === mode;
    Object.assign(current, { round, mode });
    const onDone = props.onArrived;
    current.sky.show(round, { mode, ms: same ? 0 : (props.ms ?? 0), from, ...(onDone && { onDone }) });
  }, [scene, large, names, round, mode]);

  const hidden = label ? { role: "img" as const, "aria-label": label } : { "aria-hidden": true };
  return large ? (
    <canvas ref={target} class="sky-chart sky-canvas" {...hidden} />
  ) : (
    <svg ref={target} class="sky-chart" viewBox={`0 0 ${width} ${height}`} {...hidden} />
  );
}

function sceneOf({ people, rounds, you = null, names, width = 560, height = 560, ...sizes }: SkyProps): Scene {
  const pad = sizes.pad ?? (names === "first" ? 0.2 : 0.16) * Math.min(width, height);
  const box = { width, height, pad, spread: sizes.spread ?? 34, ringPad: sizes.ringPad ?? pad * 0.8 };
  const dot = sizes.dot ?? dotFor(people.length);
  return { people, rounds, threads: threadsOf(rounds), you, box, dot };
}

const dotFor = (people: number): number => (people <= 30 ? 7 : people <= 80 ? 4.5 : 2.6);
