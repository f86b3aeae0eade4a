// Somebody's voice and picture. The picture shows only once it is surely theirs, and only while it moves.
import { useEffect, useRef, useState } from "preact/hooks";

const STILL_MS = 2_000; // a camera that is off sends nothing more; its last picture must not stay

/** `since`: what this browser received before (performance.now()) may be of somebody else. */
export function Picture({ stream, since, own = false, onShown, onBlocked }: {
  stream: MediaStream;
  since: number;
  own?: boolean;
  onShown: (shown: boolean) => void;
  /** The browser plays no sound before somebody has pressed something; calling `again` then will do. The picture moves. */
  onBlocked?: (again: () => void) => void;
}) {
  const ref = useRef<HTMLVideoElement>(null);
  const [shown, setShown] = useState(false);

  useEffect(() => {
    const video = ref.current!;
    const play = (): void => void video.play().catch((error: unknown) => {
      if (!(error instanceof DOMException && error.name === "NotAllowedError") || video.muted) return;
      video.muted = true; // the picture needs no leave, only the sound
      play();
      onBlocked?.(() => {
        video.muted = false;
        play();
      });
    });
    video.srcObject = stream;
    play();
    return () => void (video.srcObject = null);
  }, [stream]);

  useEffect(() => {
    const video = ref.current!;
    let [last, seen, handle] = [0, false, 0];
    const say = (now: boolean): void => {
      if (now === seen) return;
      seen = now;
      setShown(now);
      onShown(now);
    };
    const look = (now: number, frame: VideoFrameCallbackMetadata): void => {
      if ((frame.receiveTime ?? now) >= since) {
        last = now;
        say(true);
      }
      handle = video.requestVideoFrameCallback(look);
    };
    handle = video.requestVideoFrameCallback(look);
    const watch = setInterval(() => performance.now() - last > STILL_MS && say(false), STILL_MS / 4);
    return () => {
      video.cancelVideoFrameCallback(handle);
      clearInterval(watch);
      say(false);
    };
  }, [stream, since]);

  return <video ref={ref} playsInline autoplay muted={own} hidden={!shown} aria-hidden="true" />;
}
