// Times in words, through the browser's locale and in a named zone.

const DAY = 24 * 3_600_000;
const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string | undefined, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone} ${JSON.stringify(options)}`;
  let found = formats.get(key);
  if (!found) formats.set(key, (found = new Intl.DateTimeFormat(undefined, { ...options, timeZone: zone && known(zone) })));
  return found;
}

/** The zone, or this browser's own where it does not know the name: zones are renamed, browsers grow old. */
function known(zone: string): string {
  try {
    return new Intl.DateTimeFormat(undefined, { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return ownZone();
  }
}

/** "16:00" */
export const clockTime = (ms: number, zone?: string): string =>
  format(zone, { hour: "numeric", minute: "2-digit" }).format(ms);

/** "Thursday, 16 April 2026" */
export const longDate = (ms: number, zone?: string): string => format(zone, { dateStyle: "full" }).format(ms);

/** From when to when, for a text whose value `n` is on how much later a day it ends. */
export function hours(from: number, to: number, zone?: string): { from: string; to: string; day: string; n: number } {
  const days = (Date.parse(fields(to, zone ?? ownZone())[0]) - Date.parse(fields(from, zone ?? ownZone())[0])) / DAY;
  return { from: clockTime(from, zone), to: clockTime(to, zone), day: longDate(to, zone), n: days };
}

/** "16 Apr 2026" */
export const shortDate = (ms: number, zone?: string): string => format(zone, { dateStyle: "medium" }).format(ms);

/** "1 minute", "7.5 minutes" */
export const duration = (minutes: number): string =>
  new Intl.NumberFormat(undefined, { style: "unit", unit: "minute", unitDisplay: "long", maximumFractionDigits: 1 }).format(minutes);

/** The day of the month, and the month: ["16", "Apr"] */
export const dayAndMonth = (ms: number, zone?: string): [string, string] => [
  format(zone, { day: "numeric" }).format(ms),
  format(zone, { month: "short" }).format(ms),
];

/** Time left, "4:12", or "1:04:12" from an hour on. Rounds up: 0:00 means over. */
export function countdown(ms: number): string {
  const all = Math.max(0, Math.ceil(ms / 1000));
  const two = (n: number): string => String(n).padStart(2, "0");
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** The zone this browser is in, "Europe/Copenhagen"; UTC where it does not know. */
export function ownZone(): string {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return zone && zone !== "Etc/Unknown" ? zone : "UTC";
}

/** The zone's city, "Copenhagen"; UTC stays UTC. */
export const zoneName = (zone: string): string => (zone.split("/").pop() ?? zone).replaceAll("_", " ");

/** How far the zone's clocks are ahead of UTC at a moment, ms. */
function ahead(ms: number, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: known(zone), hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric",
    hour: "numeric", minute: "numeric", second: "numeric",
  }).formatToParts(ms);
  const at = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.find((part) => part.type === type)?.value);
  return Date.UTC(at("year"), at("month") - 1, at("day"), at("hour"), at("minute"), at("second")) - Math.floor(ms / 1000) * 1000;
}

/** The moment when clocks in the zone show this date ("2026-04-16") and time ("16:00"). A time that a
 * clock change leaves out becomes the one as much later. */
export function moment(date: string, time: string, zone: string): number {
  const shown = Date.parse(`${date}T${time}:00Z`);
  const first = shown - ahead(shown, zone);
  return shown - ahead(first, zone);
}

/** What clocks in the zone show, as form fields want it: ["2026-04-16", "16:00"]. */
export function fields(ms: number, zone: string): [date: string, time: string] {
  const shown = new Date(ms + ahead(ms, zone)).toISOString();
  return [shown.slice(0, 10), shown.slice(11, 16)];
}
