// The sky at work: holds where everyone is, and takes them from one round to another.
import { halos, type Mode, type Moment, type Scene } from "./frame.ts";
import { inRooms, type Layout, onRing, type Point } from "./layout.ts";
import { animate, calm, flock } from "./motion.ts";
import type { Painter } from "./painters.ts";

export interface Showing {
  mode: Mode;
  /** 0 shows the change at once. */
  ms?: number;
  /** The round that people come from; without it threads do not fade. */
  from?: number;
  onDone?: () => void;
}

export class Constellation {
  private at: ReadonlyMap<string, Point> = new Map();
  private last: (() => void) | null = null;
  private stopFlight: () => void = () => {};

  constructor(
    private readonly scene: Scene,
    private readonly painter: Painter,
  ) {}

  show(round: number, { mode, ms = 0, from = round, onDone }: Showing): void {
    this.stopFlight();
    const { scene } = this;
    const people = scene.people.map(({ id }) => id);
    const layout = this.layout(round, mode);
    const start = this.at;
    this.stopFlight = animate(calm() ? 0 : ms, (progress) => {
      const arrived = progress === 1;
      this.at = arrived ? layout.points : flock(people, start, layout.points, progress);
      this.paint({ mode, round, from, progress }, layout, arrived);
      if (arrived) onDone?.();
    });
  }

  /** The same picture again, after a change of size. */
  repaint(): void {
    this.last?.();
  }

  stop(): void {
    this.stopFlight();
  }

  private layout(round: number, mode: Mode): Layout {
    const { rounds, box } = this.scene;
    const people = this.scene.people.map(({ id }) => id);
    const rooms = rounds[round - 1] ?? [];
    return mode === "rooms" && rooms.length ? inRooms(people, rooms, box) : onRing(people, box);
  }

  private paint(moment: Moment, layout: Layout, still: boolean): void {
    const picture = { at: this.at, moment, layout, halos: still ? halos(this.scene, layout, moment.round) : [] };
    this.last = () => this.painter.paint(picture);
    this.last();
  }
}
