// Every text a person reads comes from texts/ through `t`: en.json, en.host.json on the pages of hosts and
// organisers, en.after.json once an event is over, en.call.json with sound and picture; they are added before what
// needs them is drawn. Whole sentences; plurals have forms.
import type enAfter from "./texts/en.after.json";
import type enCall from "./texts/en.call.json";
import type enHost from "./texts/en.host.json";
import en from "./texts/en.json";

type Texts = typeof en & typeof enHost & typeof enAfter & typeof enCall;
type Forms = { other: string };
type Keys<T, Path extends string = ""> = {
  [K in keyof T & string]: K extends `_${string}`
    ? never
    : T[K] extends string | Forms
      ? `${Path}${K}`
      : T[K] extends readonly unknown[]
        ? never
        : Keys<T[K], `${Path}${K}.`>;
}[keyof T & string];
type ListKeys<T, Path extends string = ""> = {
  [K in keyof T & string]: T[K] extends readonly string[]
    ? `${Path}${K}`
    : T[K] extends string
      ? never
      : ListKeys<T[K], `${Path}${K}.`>;
}[keyof T & string];

/** The name of a text: "home.title". */
export type TextKey = Keys<Texts>;
/** The name of a list of texts: "join.how". */
export type TextListKey = ListKeys<Texts>;
export type Values = Readonly<Record<string, string | number>>;

const language = "en";
const plurals = new Intl.PluralRules(language);
const numbers = new Intl.NumberFormat();
const lists = new Intl.ListFormat(language, { type: "conjunction" });
const all: Record<string, unknown> = { ...en };
const byKey = new Map<string, unknown>();

/** Make more texts known, by group. */
export function addTexts(groups: object): void {
  Object.assign(all, groups);
}

function found(key: string): unknown {
  if (!byKey.has(key)) {
    byKey.set(key, key.split(".").reduce<unknown>((node, part) => (node as Record<string, unknown>)[part], all));
  }
  return byKey.get(key);
}

/** The text with its values put in. A text with plural forms takes the form for the value `n`. */
export function t(key: TextKey, values: Values = {}): string {
  return fill(raw(key, values), values);
}

/** The text in pieces, those between *asterisks* marked. Values are put in afterwards, so they mark nothing. */
export function marked(key: TextKey, values: Values = {}): readonly { text: string; marked: boolean }[] {
  return raw(key, values)
    .split("*")
    .map((piece, i) => ({ text: fill(piece, values), marked: i % 2 === 1 }));
}

function raw(key: TextKey, values: Values): string {
  const text = found(key);
  return typeof text === "string" ? text : form(text as Record<string, string>, Number(values["n"]));
}

/** All texts of a list. */
export function texts(key: TextListKey): readonly string[] {
  return found(key) as readonly string[];
}

/** "Amara, Mei-Ling and David" */
export const names = (people: readonly string[]): string => lists.format(people);

/** A number as people here write it. */
export const number = (value: number, digits = 0): string =>
  digits ? value.toLocaleString(undefined, { maximumFractionDigits: digits }) : numbers.format(value);

function form(forms: Record<string, string>, n: number): string {
  const exact = n === 0 ? forms["zero"] : undefined;
  return exact ?? forms[plurals.select(n)] ?? forms["other"] ?? "";
}

function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return typeof value === "number" ? numbers.format(value) : (value ?? whole);
  });
}
