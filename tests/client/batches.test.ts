import { expect, test } from "vitest";
import { MESSAGE_LIMIT } from "../../client/src/protocol.ts";
import { batches } from "../../client/src/screens/batches.ts";

const crowd = (count: number, name: string) =>
  Array.from({ length: count }, (_, i) => ({ id: `p${i}`, name: `${name} ${i}`, email: "", role: "", headline: "" }));

const bytes = (command: object): number => new TextEncoder().encode(JSON.stringify(command)).length;

test("a short list is one command, and nobody is none", () => {
  expect(batches(crowd(30, "Guest"))).toEqual([crowd(30, "Guest")]);
  expect(batches([])).toEqual([]);
});

test("however long the list and whatever its script, each command is one that the server takes", () => {
  const people = crowd(2_000, "شخص");
  const found = batches(people);
  expect(found.flat()).toEqual(people);
  for (const batch of found) {
    const command = { type: "AddPeople", people: batch };
    expect(bytes({ type: "Do", cid: crypto.randomUUID(), command })).toBeLessThanOrEqual(MESSAGE_LIMIT);
  }
});
