import { expect, test } from "vitest";
import { firstName, initials, tone } from "../../client/src/parts/person.tsx";

test.each([
  ["Amara Okafor", "AO"],
  ["Mei-Ling Chen", "MC"],
  ["Prince", "P"],
  ["  Ana  María de la Cruz ", "AC"],
  ["שרה לוי", "של"],
  ["山田 太郎", "山太"],
  ["🎉 Lena", "L"],
  ["👩‍👩‍👧", "👩‍👩‍👧"],
  ["élodie durand", "ÉD"],
  ["(they) Sam", "TS"],
  ["", ""],
])("the initials of %j are %j", (name, expected) => {
  expect(initials(name)).toBe(expected);
});

test("a person keeps their colour, one of eight", () => {
  const tones = Array.from({ length: 100 }, (_, i) => tone(`person-${i}`));
  expect(tone("person-1")).toBe(tones[1]);
  expect(new Set(tones).size).toBe(8);
  expect(Math.min(...tones)).toBe(1);
});

test("people go by the first word of their name", () => {
  expect(firstName(" Amara Okafor")).toBe("Amara");
});
