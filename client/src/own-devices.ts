// Your camera, microphone and speaker: which of them, whether they are on, and what stands in the way. Remembered in
// this browser. Knows no page and no call.
import { computed, type Signal, signal } from "@preact/signals";
import type { Devices, Kind, Why, Wish } from "./call.ts";
import { keep, kept } from "./kept.ts";

const KEY = "devices";
const KINDS: readonly Kind[] = ["audio", "video"];
const PICTURE = { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { max: 30 } };

type Wishes = Readonly<Record<Kind, Wish>>;
type Trouble = { kind: Kind; why: Why };

const NONE: Wishes = { audio: { id: "", on: false }, video: { id: "", on: false } };

export class OwnDevices implements Devices {
  readonly tracks: Record<Kind, Signal<MediaStreamTrack | null>> = { audio: signal(null), video: signal(null) };
  readonly own = computed(() => (this.tracks.video.value ? new MediaStream([this.tracks.video.value]) : null));
  readonly hidden = signal(false);
  readonly trouble: Signal<Trouble | null> = signal(null);
  readonly choices: Signal<readonly MediaDeviceInfo[]> = signal([]);
  readonly wishes: Signal<Wishes>;
  readonly speaker: Signal<string>;
  private resting: readonly Kind[] = [];
  private ended = false;

  constructor() {
    const { speaker, ...wishes } = remembered();
    this.wishes = signal(wishes);
    this.speaker = signal(speaker);
    navigator.mediaDevices?.addEventListener("devicechange", this.changed);
    void this.look();
    void this.resume();
  }

  async set(on: boolean, ...kinds: readonly Kind[]): Promise<boolean> {
    for (const kind of kinds) {
      this.wish(kind, { on });
      this.drop(kind);
    }
    if (on) return this.start(kinds);
    if (this.trouble.peek()) this.trouble.value = null;
    return true;
  }

  async choose(kind: Kind, id: string): Promise<void> {
    this.wish(kind, { id });
    if (!this.wishes.peek()[kind].on) return;
    this.drop(kind);
    await this.start([kind]);
  }

  chooseSpeaker(id: string): void {
    this.speaker.value = id;
    this.remember();
  }

  rest(on: boolean): void {
    const was = this.resting;
    this.resting = on ? KINDS.filter((kind) => was.includes(kind) || this.tracks[kind].peek()) : [];
    if (on) KINDS.forEach((kind) => this.drop(kind));
    else if (was.length) void this.start(was);
  }

  stop(): void {
    this.ended = true;
    navigator.mediaDevices?.removeEventListener("devicechange", this.changed);
    KINDS.forEach((kind) => this.drop(kind));
  }

  // Which

  private wish(kind: Kind, change: Partial<Wish>): void {
    const wishes = this.wishes.peek();
    this.wishes.value = { ...wishes, [kind]: { ...wishes[kind], ...change } };
    this.remember();
  }

  private remember(): void {
    keep(KEY, JSON.stringify({ ...this.wishes.peek(), speaker: this.speaker.peek() }));
  }

  private async look(): Promise<void> {
    const found = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    this.choices.value = found.filter(({ deviceId }) => deviceId);
  }

  /** Something was plugged in or out. What is wanted and was not there is taken as soon as it is. */
  private readonly changed = async (): Promise<void> => {
    await this.look();
    for (const kind of KINDS) {
      const { id, on } = this.wishes.peek()[kind];
      const there = this.choices.peek().some(({ deviceId, kind: is }) => deviceId === id && is === `${kind}input`);
      const used = this.tracks[kind].peek()?.getSettings().deviceId;
      if (!on || !there || used === id) continue;
      this.drop(kind);
      await this.start([kind]);
    }
  };

  // On and off

  /** What was on the last time comes on by itself, where that asks nothing. */
  private async resume(): Promise<void> {
    const wanted: Kind[] = [];
    for (const kind of KINDS) if (this.wishes.peek()[kind].on && (await granted(kind))) wanted.push(kind);
    if (wanted.length && !this.ended) await this.start(wanted);
  }

  private async start(kinds: readonly Kind[]): Promise<boolean> {
    try {
      const wanted = Object.fromEntries(kinds.map((kind) => [kind, this.wanted(kind)]));
      const stream = await navigator.mediaDevices.getUserMedia(wanted);
      for (const track of stream.getTracks()) this.take(track);
    } catch (error) {
      if (kinds.length > 1) return this.oneByOne(kinds);
      this.trouble.value = { kind: kinds[0]!, why: whyOf(error) };
      return false;
    }
    this.trouble.value = null;
    await this.look(); // now they have names
    return true;
  }

  /** A missing camera must not keep the microphone off. */
  private async oneByOne(kinds: readonly Kind[]): Promise<boolean> {
    let trouble: Trouble | null = null;
    let some = false;
    for (const kind of kinds) {
      if (await this.start([kind])) some = true;
      else trouble = this.trouble.peek();
    }
    this.trouble.value = trouble;
    return some;
  }

  private wanted(kind: Kind): MediaTrackConstraints {
    const { id } = this.wishes.peek()[kind];
    return { ...(kind === "video" && PICTURE), ...(id && { deviceId: { ideal: id } }) };
  }

  private take(track: MediaStreamTrack): void {
    const kind = track.kind as Kind;
    const { id, on } = this.wishes.peek()[kind];
    if (this.ended || !on) return track.stop(); // unwanted again while the browser asked
    this.drop(kind);
    track.onended = () => void this.lost(kind);
    this.tracks[kind].value = track;
    if (!id) this.wish(kind, { id: track.getSettings().deviceId ?? "" });
  }

  /** Unplugged, or its leave was taken back. Another microphone will do; another camera may see what it should not. */
  private async lost(kind: Kind): Promise<void> {
    this.drop(kind);
    if (kind === "audio") await this.start([kind]);
    else this.trouble.value = { kind, why: "lost" };
  }

  private drop(kind: Kind): void {
    const track = this.tracks[kind].peek();
    if (!track) return;
    track.onended = null;
    track.stop();
    this.tracks[kind].value = null;
  }
}

function remembered(): Wishes & { speaker: string } {
  try {
    return { ...NONE, speaker: "", ...(JSON.parse(kept(KEY) ?? "{}") as Partial<Wishes>) };
  } catch {
    return { ...NONE, speaker: "" };
  }
}

async function granted(kind: Kind): Promise<boolean> {
  try {
    const name = (kind === "audio" ? "microphone" : "camera") as PermissionName;
    return (await navigator.permissions.query({ name })).state === "granted";
  } catch {
    return false; // a browser that does not say
  }
}

/** What getUserMedia says by its error (Media Capture and Streams, 10.2). */
function whyOf(error: unknown): Why {
  switch (error instanceof DOMException ? error.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return "blocked";
    case "NotReadableError":
    case "AbortError":
      return "busy";
    case "":
      return "insecure"; // navigator.mediaDevices is only there over https
    default:
      return "missing";
  }
}
