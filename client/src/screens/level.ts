// How loud a microphone is, and a sound to try the speaker with.
import { useEffect, useState } from "preact/hooks";

/** Steps of the meter, from silence to as loud as it gets. */
export const LOUDEST = 24;
const LOOK_MS = 100;
const SILENT_MS = 5_000; // without a word, until it is said that nothing is heard
const FLOOR_DB = -60; // a quiet room; 0 dB is as loud as a microphone can tell
const VOICE = 8; // steps that a voice reaches, and a fan does not

/** `[level, heard]`: 0 … LOUDEST, and whether a voice came within the last seconds; null before that is known. */
export function useLevel(track: MediaStreamTrack | null): [number, boolean | null] {
  const [level, setLevel] = useState(0);
  const [heard, setHeard] = useState<boolean | null>(null);
  useEffect(() => {
    if (!track) return;
    const context = new AudioContext();
    const meter = context.createAnalyser();
    context.createMediaStreamSource(new MediaStream([track])).connect(meter);
    const samples = new Float32Array(meter.fftSize);
    let last = performance.now();
    const timer = setInterval(() => {
      if (context.state === "suspended") return void context.resume(); // until something on the page was pressed
      meter.getFloatTimeDomainData(samples);
      const now = stepOf(samples);
      setLevel(now);
      if (now >= VOICE) [last] = [performance.now(), setHeard(true)];
      else if (performance.now() - last > SILENT_MS) setHeard(false);
    }, LOOK_MS);
    return () => {
      clearInterval(timer);
      void context.close();
      setHeard(null);
    };
  }, [track]);
  return [track ? level : 0, heard];
}

/** Samples between -1 and 1 as a step of the meter, by their root mean square. */
export function stepOf(samples: Float32Array): number {
  const power = samples.reduce((sum, each) => sum + each * each, 0) / samples.length;
  const decibels = 10 * Math.log10(power + 1e-12);
  return Math.round(LOUDEST * Math.min(1, Math.max(0, 1 - decibels / FLOOR_DB)));
}

/** Three soft notes through that speaker. */
export async function playTestSound(speaker: string): Promise<void> {
  const context = new AudioContext();
  const out = context.createMediaStreamDestination();
  [523, 659, 784].forEach((hertz, i) => {
    const note = new OscillatorNode(context, { frequency: hertz });
    const loud = new GainNode(context, { gain: 0.2 });
    const at = context.currentTime + 0.1 + i * 0.25;
    loud.gain.setTargetAtTime(0, at + 0.15, 0.05);
    note.connect(loud).connect(out);
    note.start(at);
    note.stop(at + 0.5);
  });
  const player = Object.assign(new Audio(), { srcObject: out.stream });
  if (speaker) await player.setSinkId?.(speaker).catch(() => {});
  await player.play();
  setTimeout(() => void context.close(), 2_000);
}
