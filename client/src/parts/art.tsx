// The pictures of `state.tsx`: lines, and points that are people. Fetched after the words.
import type { ComponentChildren } from "preact";

export type Art =
  | "lost" | "link" | "early" | "over" | "twin" | "removed" | "fault" | "browser" | "full";

const dots = (looks: string, radius: number, places: readonly (readonly [number, number])[]) => (
  <g class={looks}>{places.map(([x, y]) => <circle cx={x} cy={y} r={radius} />)}</g>
);

export const pictures: Record<Art, () => ComponentChildren> = {
  lost: () => (
    <>
      <path class="wl" d="M36 70L62 48" />
      <path class="wl" d="M70 42l30-24" stroke-dasharray="3 6" />
      <circle class="hi" cx="32" cy="74" r="9" />
      <path class="ln" d="M106 14l12 30-22 16z" />
      <g opacity=".55">{dots("dt", 6, [[106, 14], [118, 44], [96, 60]])}</g>
    </>
  ),
  link: () => (
    <>
      <path class="ln" d="M28 52h30M86 52h30M64 44l4 16M76 44l4 16" />
      {dots("dt", 7, [[22, 52], [122, 52]])}
    </>
  ),
  early: () => (
    <>
      <circle class="ln" cx="72" cy="52" r="34" stroke-dasharray="3 5" />
      <circle class="hi" cx="72" cy="52" r="8" />
      <g opacity=".45">{dots("dt", 5, [[38, 52], [106, 52], [72, 18], [72, 86]])}</g>
    </>
  ),
  over: () => (
    <>
      <path class="hl" d="M44 26h56v52H44zM44 26l56 52M100 26L44 78" />
      {dots("pr", 6, [[44, 26], [100, 26], [44, 78], [100, 78]])}
      <circle class="hi" cx="72" cy="52" r="7" />
    </>
  ),
  twin: () => (
    <>
      <circle class="hi" cx="50" cy="52" r="11" />
      <circle class="hl" cx="94" cy="52" r="11" stroke-dasharray="4 4" />
      <path class="ln" d="M64 52h16" />
    </>
  ),
  removed: () => (
    <>
      <path class="hl" d="M34 30h34M34 30v44h34V30" />
      {dots("pr", 6, [[34, 30], [68, 30], [34, 74], [68, 74]])}
      <circle class="dt" cx="118" cy="52" r="7" />
    </>
  ),
  fault: () => (
    <>
      <path class="ln" d="M36 70L60 34l28 34 26-38" />
      {dots("dt", 6, [[36, 70], [60, 34], [114, 30]])}
      <circle class="hi" cx="88" cy="68" r="8" />
    </>
  ),
  browser: () => (
    <>
      <rect class="ln" x="26" y="18" width="92" height="68" rx="10" />
      <path class="ln" d="M26 36h92" />
      {dots("dt", 3, [[38, 27], [49, 27]])}
      <circle class="hi" cx="72" cy="61" r="8" />
    </>
  ),
  full: () => (
    <>
      <path class="hl" d="M44 26h48v52H44zM44 26l48 52M92 26L44 78" />
      {dots("pr", 7, [[44, 26], [92, 26], [44, 78], [92, 78]])}
      <circle class="hi" cx="126" cy="52" r="7" />
    </>
  ),
};
