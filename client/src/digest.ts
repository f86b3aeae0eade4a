// A short fingerprint of a view, to notice when following has gone wrong. See server/digest.py for its twin.

/** 32-bit FNV-1a over the view as JSON with sorted keys, as 8 hex digits. */
export function digest(view: unknown): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(canonical(view))) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(",")}}`;
}
