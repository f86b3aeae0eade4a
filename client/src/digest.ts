// A short fingerprint of a view, to notice when following has gone wrong. See server/digest.py for its twin.

/** CRC-32 of the view as JSON with sorted keys, as 8 hex digits. */
export function digest(view: unknown): string {
  let crc = ~0;
  for (const byte of new TextEncoder().encode(canonical(view))) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return (~crc >>> 0).toString(16).padStart(8, "0");
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(",")}}`;
}
