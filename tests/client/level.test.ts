import { expect, test } from "vitest";
import { LOUDEST, stepOf } from "../../client/src/screens/level.ts";

const wave = (height: number) => Float32Array.from({ length: 2_048 }, (_, i) => height * Math.sin(i / 7));

test("the meter shows nothing in silence, half of it in quiet speech, and all at the loudest", () => {
  expect(stepOf(wave(0))).toBe(0);
  expect(stepOf(wave(0.0005))).toBe(0);
  expect(stepOf(wave(0.045))).toBe(LOUDEST / 2);
  expect(stepOf(new Float32Array(2_048).fill(1))).toBe(LOUDEST);
});
