// A long list in commands of a size, and at a pace, that the server takes.
import { MESSAGE_LIMIT, type Newcomer } from "../protocol.ts";

const MOST_BYTES = MESSAGE_LIMIT * 0.75; // the rest is for what stands around the list
const GAP_MS = 250; // then fewer bytes travel in a second than those for which a connection is closed

/** Between two batches. */
export const pause = (): Promise<void> => new Promise((over) => setTimeout(over, GAP_MS));

/** The same people in the same order, a batch for each command. */
export function batches(people: readonly Newcomer[]): Newcomer[][] {
  const found: Newcomer[][] = [];
  let left = 0;
  for (const person of people) {
    const bytes = new TextEncoder().encode(JSON.stringify(person)).length + 1;
    if (bytes > left || found.length === 0) {
      found.push([]);
      left = MOST_BYTES;
    }
    found.at(-1)?.push(person);
    left -= bytes;
  }
  return found;
}
