import { useLayoutEffect, useRef } from "preact/hooks";

/** A video that plays already, wherever it is: here it is seen. */
export function Picture({ video }: { video: HTMLVideoElement }) {
  const frame = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    frame.current!.append(video);
    return () => video.remove();
  }, [video]);
  return <span ref={frame} class="picture" />;
}

/** Your own picture; mirrored by the tile around. */
export function Mirror({ stream }: { stream: MediaStream }) {
  const video = useRef<HTMLVideoElement>(null);
  useLayoutEffect(() => {
    video.current!.srcObject = stream;
  }, [stream]);
  return <video ref={video} playsInline autoplay muted aria-hidden="true" />;
}
