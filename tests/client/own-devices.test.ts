// Camera and microphone as browsers give and take them: refused, in use, unplugged, chosen, remembered.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Kind } from "../../client/src/call.ts";
import { OwnDevices } from "../../client/src/own-devices.ts";

class Track {
  onended: (() => void) | null = null;
  stopped = false;
  constructor(readonly kind: Kind, private readonly deviceId: string) {}
  getSettings = () => ({ deviceId: this.deviceId });
  stop = () => void (this.stopped = true);
}

/** What a browser has, and what it says when asked. */
class Machine extends EventTarget {
  devices: Record<Kind, string[]> = { audio: ["mic"], video: ["cam"] };
  refuses: Partial<Record<Kind, string>> = {};
  granted = false;
  tracks: Track[] = [];
  asked: string[] = [];
  wait: Promise<void> = Promise.resolve();

  enumerateDevices = async () =>
    (["audio", "video"] as const).flatMap((kind) => this.devices[kind].map((deviceId) => ({ deviceId, kind: `${kind}input`, label: deviceId })));

  getUserMedia = async (wanted: Partial<Record<Kind, { deviceId?: { ideal: string } }>>) => {
    const kinds = Object.keys(wanted) as Kind[];
    this.asked.push(kinds.join("+"));
    await this.wait;
    const tracks = kinds.map((kind) => {
      const refused = this.refuses[kind] ?? (this.devices[kind].length ? undefined : "NotFoundError");
      if (refused) throw new DOMException("", refused);
      const ideal = wanted[kind]?.deviceId?.ideal ?? "";
      return new Track(kind, this.devices[kind].includes(ideal) ? ideal : this.devices[kind][0]!);
    });
    this.tracks.push(...tracks);
    return { getTracks: () => tracks };
  };

  /** As a plug is pulled: the track ends, then the list is another. */
  async without(kind: Kind, id: string): Promise<void> {
    this.devices[kind] = this.devices[kind].filter((each) => each !== id);
    const track = this.tracks.findLast((each) => each.kind === kind && !each.stopped);
    if (track?.getSettings().deviceId === id) track.onended?.();
    await this.changed();
  }

  async with(kind: Kind, id: string): Promise<void> {
    this.devices[kind].push(id);
    await this.changed();
  }

  private async changed(): Promise<void> {
    await settled();
    this.dispatchEvent(new Event("devicechange"));
    await settled();
  }
}

const settled = () => new Promise((go) => setTimeout(go));
let machine: Machine;
let kept: Map<string, string>;

beforeEach(() => {
  machine = new Machine();
  kept = new Map();
  const permissions = { query: async () => ({ state: machine.granted ? "granted" : "prompt" }) };
  const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value) };
  vi.stubGlobal("navigator", { mediaDevices: machine, permissions });
  vi.stubGlobal("localStorage", storage);
});
afterEach(() => vi.unstubAllGlobals());

const inUse = (devices: OwnDevices, kind: Kind) => devices.tracks[kind].value?.getSettings().deviceId ?? null;

test("both are asked for with one question, and one that is missing keeps the other not off", async () => {
  const devices = new OwnDevices();
  expect(await devices.set(true, "audio", "video")).toBe(true);
  expect(machine.asked).toEqual(["audio+video"]);

  machine.devices.video = [];
  const other = new OwnDevices();
  expect(await other.set(true, "audio", "video")).toBe(true);
  expect([inUse(other, "audio"), inUse(other, "video")]).toEqual(["mic", null]);
  expect(other.trouble.value).toEqual({ kind: "video", why: "missing" });
});

test.each([
  ["NotAllowedError", "blocked"],
  ["NotReadableError", "busy"],
  ["NotFoundError", "missing"],
])("after %s a camera is %s, until it comes on or is no longer wanted", async (error, why) => {
  const devices = new OwnDevices();
  machine.refuses = { video: error };
  expect(await devices.set(true, "video")).toBe(false);
  expect(devices.trouble.value).toEqual({ kind: "video", why });
  await devices.set(false, "video");
  expect(devices.trouble.value).toBe(null);
  machine.refuses = {};
  expect(await devices.set(true, "video")).toBe(true);
  expect(devices.trouble.value).toBe(null);
});

test("a page that did not come by https is told so", async () => {
  vi.stubGlobal("navigator", {});
  const devices = new OwnDevices();
  expect(await devices.set(true, "audio")).toBe(false);
  expect(devices.trouble.value).toEqual({ kind: "audio", why: "insecure" });
});

test("what is turned off while the browser still asks stays off", async () => {
  const devices = new OwnDevices();
  let allow = (): void => {};
  machine.wait = new Promise((go) => (allow = go));
  const asking = devices.set(true, "video");
  await devices.set(false, "video");
  allow();
  await asking;
  expect(devices.tracks.video.value).toBe(null);
  expect(machine.tracks.every(({ stopped }) => stopped)).toBe(true);
});

test("another microphone takes over for one that is unplugged, and gives way when it is back", async () => {
  machine.devices.audio = ["headset", "mic"];
  const devices = new OwnDevices();
  await devices.set(true, "audio");
  await machine.without("audio", "headset");
  expect(inUse(devices, "audio")).toBe("mic");
  await machine.with("audio", "headset");
  expect(inUse(devices, "audio")).toBe("headset");
  expect(machine.tracks.filter(({ stopped }) => !stopped).length).toBe(1);
});

test("no other camera takes over for one that is unplugged; it comes on again when it is back", async () => {
  machine.devices.video = ["desk", "wall"];
  const devices = new OwnDevices();
  await devices.set(true, "video");
  await machine.without("video", "desk");
  expect(inUse(devices, "video")).toBe(null);
  expect(devices.trouble.value).toEqual({ kind: "video", why: "lost" });
  await machine.with("video", "desk");
  expect(inUse(devices, "video")).toBe("desk");
  expect(devices.trouble.value).toBe(null);
});

test("another choice takes the place of the one in use, and is made without turning anything on", async () => {
  machine.devices.video = ["desk", "wall"];
  const devices = new OwnDevices();
  await devices.choose("video", "wall");
  expect(machine.asked).toEqual([]);
  await devices.set(true, "video");
  expect(inUse(devices, "video")).toBe("wall");
  await devices.choose("video", "desk");
  expect(inUse(devices, "video")).toBe("desk");
  expect(machine.tracks.map(({ stopped }) => stopped)).toEqual([true, false]);
});

test("what rests is off, and on again afterwards; what was off stays so", async () => {
  const devices = new OwnDevices();
  await devices.set(true, "audio");
  devices.rest(true);
  devices.rest(true);
  expect(machine.tracks.map(({ stopped }) => stopped)).toEqual([true]);
  devices.rest(false);
  await settled();
  expect([inUse(devices, "audio"), inUse(devices, "video")]).toEqual(["mic", null]);
});

test("what was on and chosen is so the next time, where that asks nothing", async () => {
  machine.devices.audio = ["headset", "mic"];
  const before = new OwnDevices();
  await before.choose("audio", "mic");
  before.chooseSpeaker("loud");
  await before.set(true, "audio");
  before.stop();
  expect(before.tracks.audio.value).toBe(null);

  const asks = new OwnDevices();
  await settled();
  expect(inUse(asks, "audio")).toBe(null);
  machine.granted = true;
  const after = new OwnDevices();
  await settled();
  expect([inUse(after, "audio"), after.speaker.value]).toEqual(["mic", "loud"]);
});

test("what another version has kept is no trouble", () => {
  kept.set("devices", "{broken");
  expect(new OwnDevices().wishes.value.audio).toEqual({ id: "", on: false });
});
