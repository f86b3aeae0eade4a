// Two ways to put the sky on screen: SVG up to about 60 people, canvas above. The same numbers, the same colours.
import { t } from "../texts.ts";
import { type DrawnThread, drawn, type Halo, labelPlace, type Moment, type Scene } from "./frame.ts";
import { type Id, type Layout, middle, type Point } from "./layout.ts";

export interface Picture {
  at: ReadonlyMap<Id, Point>;
  moment: Moment;
  layout: Layout;
  /** Shown when nobody moves. */
  halos: readonly Halo[];
}

export interface Painter {
  paint(picture: Picture): void;
}

export type Names = "none" | "first";

const glow = (round: number): string => `--glow-${((round - 1) % 8) + 1}`;
const one = (n: number): string => n.toFixed(1);
const firstName = (name: string): string => name.split(" ")[0] ?? name;

/** The middle that someone's name turns away from. */
function around(scene: Scene, { layout, moment, at }: Picture, id: Id): Point {
  const room = moment.mode === "rooms" ? scene.rounds[moment.round - 1]?.findIndex((each) => each.includes(id)) : -1;
  return layout.centres[room ?? -1] ?? (at.get(id) && middle(scene.box)) ?? middle(scene.box);
}

// SVG

const SVG = "http://www.w3.org/2000/svg";

function element(name: string, attributes: Record<string, string | number>, parent: Element): SVGElement {
  const made = document.createElementNS(SVG, name);
  set(made, attributes);
  parent.append(made);
  return made;
}

function set(element: Element, attributes: Record<string, string | number>): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
}

export function svgPainter(svg: SVGSVGElement, scene: Scene, names: Names): Painter {
  const { you, dot } = scene;
  svg.replaceChildren();
  const haloGroup = element("g", {}, svg);
  const threadGroup = element("g", {}, svg);
  const peopleGroup = element("g", {}, svg);
  const threads = scene.threads.map((thread) =>
    element("path", { class: "thread", stroke: `var(${glow(thread.round)})`, opacity: 0 }, threadGroup),
  );
  const people = scene.people.map(({ id, name }) => {
    const group = element("g", {}, peopleGroup);
    const mine = id === you;
    if (mine) element("circle", { r: dot * 2.4, fill: "var(--lamp)", opacity: 0.22 }, group);
    element("circle", { r: mine ? dot * 1.25 : dot, fill: mine ? "var(--lamp)" : "var(--sky-ink)" }, group);
    const label = names === "none" ? null : element("text", { "font-size": 11, class: mine ? "sky-you" : "" }, group);
    if (label) label.textContent = mine ? t("sky.you") : firstName(name);
    return { id, group, label };
  });

  function paintThread(path: SVGElement, look: DrawnThread | null): void {
    if (!look) return path.setAttribute("opacity", "0");
    const [from, bend, to] = [look.from, look.bend, look.to].map(([x, y]) => `${one(x)} ${one(y)}`);
    set(path, { d: `M${from}Q${bend} ${to}`, "stroke-width": look.width.toFixed(2), opacity: look.opacity.toFixed(2) });
  }

  function paintHalos(halos: readonly Halo[]): void {
    haloGroup.replaceChildren();
    for (const { centre: [cx, cy], radius, yours, room } of halos) {
      element("circle", { cx, cy, r: radius, class: "halo" }, haloGroup);
      if (yours) element("circle", { cx, cy, r: radius, class: "halo-yours" }, haloGroup);
      if (names === "none") continue;
      const below = cy > scene.box.height / 2;
      const y = below ? cy + radius + 19 : cy - radius - 11;
      const text = element("text", { x: cx, y, "text-anchor": "middle", "font-size": 10 }, haloGroup);
      text.textContent = t("room.room", { k: room });
    }
  }

  return {
    paint(picture) {
      const { at, moment } = picture;
      scene.threads.forEach((thread, i) => paintThread(threads[i] as SVGElement, drawn(scene, thread, at, moment)));
      for (const { id, group, label } of people) {
        const point = at.get(id);
        set(group, { transform: point ? `translate(${one(point[0])} ${one(point[1])})` : "", opacity: point ? 1 : 0 });
        if (!point || !label) continue;
        const { x, y, anchor } = labelPlace(point, around(scene, picture, id), dot);
        set(label, { x, y, "text-anchor": anchor });
      }
      paintHalos(picture.halos);
    },
  };
}

// Canvas

export function canvasPainter(canvas: HTMLCanvasElement, scene: Scene): Painter {
  const context = canvas.getContext("2d");
  const style = getComputedStyle(canvas);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const glows = Array.from({ length: 8 }, (_, i) => colour(glow(i + 1)));
  const [ink, lamp] = [colour("--sky-ink"), colour("--lamp")];
  if (!context) return { paint: () => {} };

  function disc([x, y]: Point, radius: number, fill: string, opacity: number): void {
    context!.globalAlpha = opacity;
    context!.fillStyle = fill;
    context!.beginPath();
    context!.arc(x, y, radius, 0, 2 * Math.PI);
    context!.fill();
  }

  function thread({ from, bend, to, width, opacity }: DrawnThread, stroke: string): void {
    context!.globalAlpha = opacity;
    context!.strokeStyle = stroke;
    context!.lineWidth = width;
    context!.beginPath();
    context!.moveTo(...from);
    context!.quadraticCurveTo(...bend, ...to);
    context!.stroke();
  }

  /** The box, as large as fits, in the middle, sharp on every screen. */
  function fit(): void {
    const { width, height } = scene.box;
    const sharp = devicePixelRatio || 1;
    const [w, h] = [canvas.clientWidth * sharp, canvas.clientHeight * sharp];
    if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
    const scale = Math.min(w / width, h / height);
    context!.setTransform(1, 0, 0, 1, 0, 0);
    context!.clearRect(0, 0, w, h);
    context!.setTransform(scale, 0, 0, scale, (w - width * scale) / 2, (h - height * scale) / 2);
    context!.lineCap = "round";
  }

  return {
    paint({ at, moment, halos }) {
      fit();
      for (const { centre, radius, yours } of halos) disc(centre, radius, yours ? lamp : ink, yours ? 0.16 : 0.05);
      for (const each of scene.threads) {
        const look = drawn(scene, each, at, moment);
        if (look) thread(look, glows[(each.round - 1) % 8] ?? ink);
      }
      for (const [id, point] of at) {
        const mine = id === scene.you;
        if (mine) disc(point, scene.dot * 2.4, lamp, 0.22);
        disc(point, mine ? scene.dot * 1.25 : scene.dot, mine ? lamp : ink, 1);
      }
    },
  };
}
