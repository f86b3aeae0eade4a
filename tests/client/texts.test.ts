import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import after from "../../client/src/texts/en.after.json";
import host from "../../client/src/texts/en.host.json";
import en from "../../client/src/texts/en.json";
import { addTexts, marked, names, t } from "../../client/src/texts.ts";

type Node = string | readonly string[] | { [key: string]: Node };

const PLURAL = new Set(["zero", "one", "two", "few", "many", "other"]);

function* leaves(node: Node, path = ""): Generator<[string, Node]> {
  if (typeof node === "string" || Array.isArray(node) || "other" in node) yield [path, node];
  else {
    for (const [key, each] of Object.entries(node)) {
      if (!key.startsWith("_")) yield* leaves(each as Node, path ? `${path}.${key}` : key);
    }
  }
}

const all = [...leaves(en as Node), ...leaves(host as Node), ...leaves(after as Node)];
const valuesOf = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "").sort();

test("values are put in, numbers as people here write them", () => {
  expect(t("room.round", { r: 3, n: 5 })).toBe("Round 3 of 5");
});

test("hosts' pages add their texts", () => {
  expect(() => t("plan.repeats", { n: 1 })).toThrow();
  addTexts(host);
  expect(t("plan.repeats", { n: 1 })).toBe("1 repeat");
});

test("a plural text takes the form for n, with zero where it has one", () => {
  expect([0, 1, 2].map((n) => t("plan.repeats", { n }))).toEqual(["no repeats", "1 repeat", "2 repeats"]);
  addTexts(host);
  expect(t("home.sum", { n: 1 })).toBe("Up to 1 new person each");
});

test("what a guest typed is put in as it is, braces and dollars too", () => {
  expect(t("room.lost", { name: "$& {name}" })).toBe("$& {name} is reconnecting");
});

test("a mark in a text splits it, one in a value does not", () => {
  expect(marked("home.sky_new", { n: 15 })).toEqual([
    { text: "Up to ", marked: false },
    { text: "15", marked: true },
    { text: " new people for each guest", marked: false },
  ]);
});

test("names are joined as a sentence has them", () => {
  expect(names(["Amara", "Mei-Ling", "David"])).toBe("Amara, Mei-Ling, and David");
});

describe("every text", () => {
  test("is whole: no empty form, and none that no language has", () => {
    expect(all.length).toBeGreaterThan(150);
    const odd = all.filter(([, node]) => {
      const forms = typeof node === "string" || Array.isArray(node) ? [node].flat() : Object.values(node);
      const named = typeof node === "string" || Array.isArray(node) ? [] : Object.keys(node);
      return forms.some((form) => typeof form !== "string" || !form.trim()) || named.some((form) => !PLURAL.has(form));
    });
    expect(odd.map(([key]) => key)).toEqual([]);
  });

  test("forms of one text ask for no value that its main form lacks", () => {
    const odd = all.filter(([, node]) => {
      if (typeof node === "string" || Array.isArray(node)) return false;
      const forms = node as Record<string, string>;
      const known = new Set([...valuesOf(forms["other"] ?? ""), "n"]);
      return Object.values(forms).some((form) => valuesOf(form).some((name) => !known.has(name)));
    });
    expect(odd.map(([key]) => key)).toEqual([]);
  });
});

test("no screen or part holds a sentence of its own", () => {
  const source = new URL("../../client/src/", import.meta.url);
  const files = ["screens", "parts", "sky"].flatMap((folder) =>
    readdirSync(new URL(`${folder}/`, source)).filter((name) => name.endsWith(".tsx")).map((name) => `${folder}/${name}`),
  );
  expect(files.length).toBeGreaterThan(10);
  const text = />\s*[A-Z][a-z]+ [a-z]+[^<>{}=;]*</; // words between two tags
  const named = /(?:aria-label|placeholder|title|alt)="[A-Za-z]/;
  const odd = files.filter((name) => {
    const code = readFileSync(new URL(name, source), "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
    return text.test(code) || named.test(code);
  });
  expect(odd).toEqual([]);
});
