import { describe, expect, test } from "vitest";
import { addTexts, t } from "../../client/src/texts.ts";
import host from "../../client/src/texts/en.host.json";
import { clockTime, countdown, fields, hours, moment, zoneName } from "../../client/src/when.ts";

const iso = (ms: number): string => new Date(ms).toISOString();

test("a countdown rounds up: 0:00 means over", () => {
  expect([0, 1, 1000, 61_000, 252_000, 3_600_000].map(countdown)).toEqual(["0:00", "0:01", "0:01", "1:01", "4:12", "1:00:00"]);
  expect(countdown(-5)).toBe("0:00");
});

describe("a date and a time in a zone", () => {
  test("is the moment when clocks there show it", () => {
    expect(iso(moment("2026-04-16", "16:00", "Europe/Copenhagen"))).toBe("2026-04-16T14:00:00.000Z");
    expect(iso(moment("2026-01-16", "16:00", "Asia/Kolkata"))).toBe("2026-01-16T10:30:00.000Z");
  });

  test("holds on both sides of a night when the clocks change", () => {
    expect(iso(moment("2026-03-29", "01:30", "Europe/Copenhagen"))).toBe("2026-03-29T00:30:00.000Z");
    expect(iso(moment("2026-03-29", "03:30", "Europe/Copenhagen"))).toBe("2026-03-29T01:30:00.000Z");
    expect(iso(moment("2026-10-25", "04:00", "Europe/Copenhagen"))).toBe("2026-10-25T03:00:00.000Z");
  });

  test("comes back as it went in", () => {
    for (const zone of ["America/New_York", "Australia/Lord_Howe", "UTC"]) {
      expect(fields(moment("2026-07-01", "09:05", zone), zone)).toEqual(["2026-07-01", "09:05"]);
    }
  });
});

test("a zone goes by its city", () => {
  expect(zoneName("America/New_York")).toBe("New York");
  expect(zoneName("UTC")).toBe("UTC");
});

test("an end on a later day says so", () => {
  addTexts(host);
  const zone = "Europe/Copenhagen";
  const said = (date: string, time: string) =>
    t("home.sum_time", hours(moment("2026-04-16", "22:00", zone), moment(date, time, zone), zone)).replace(/\d+:\d\d( [AP]M)?/g, "#");
  expect(said("2026-04-16", "23:59")).toBe("# to #");
  expect(said("2026-04-17", "00:00")).toBe("# to # the next day");
  expect(said("2026-04-18", "01:00")).toMatch(/# to # on \w+.*18/);
});

test("a zone that this browser has never heard of breaks no page", () => {
  expect(clockTime(0, "Atlantis/Poseidon")).toBe(clockTime(0));
  expect(fields(0, "Atlantis/Poseidon")).toHaveLength(2);
});
