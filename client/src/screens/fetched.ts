import { useEffect, useState } from "preact/hooks";

const TRY_AGAIN_MS = 3_000;

/** A part of the page that is fetched while something else is waited for, however often that takes; null until then.
 * `fetch` must keep its identity. */
export function useFetched<Part>(fetch: () => Promise<Part>): Part | null {
  const [part, setPart] = useState<Part | null>(null);
  const [attempt, retry] = useState(0);
  useEffect(() => {
    let timer = 0;
    fetch().then(setPart, () => (timer = window.setTimeout(() => retry(attempt + 1), TRY_AGAIN_MS)));
    return () => clearTimeout(timer);
  }, [fetch, attempt]);
  return part;
}
