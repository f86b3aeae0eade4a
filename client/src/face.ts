// What comes in one slot: played in an element of its own for as long as the connection lasts, so that a move has
// nothing to build up, wherever the page shows it. The picture counts only once it is surely of whom it should be.

const STILL_MS = 2_000; // a camera that is off sends nothing more; its last picture must not stay
const LATE_MS = 200; // how long a frame may be on its way through a browser that does not say when it came

interface Told {
  /** `shown` is another. */
  changed(): void;
  /** It moves no more: a camera was turned off, or the line is dead. */
  still(): void;
  /** The first picture of somebody new was decoded. */
  first(): void;
  /** The browser plays no sound before somebody has pressed something. The picture moves. */
  blocked(): void;
}

export class Face {
  readonly video = document.createElement("video");
  shown = false;
  private since = 0;
  private last = 0;
  private fresh = false;
  private handle: number;
  private readonly watch: ReturnType<typeof setInterval>;

  constructor(stream: MediaStream, private readonly told: Told) {
    const { video } = this;
    video.playsInline = true;
    video.hidden = true;
    video.ariaHidden = "true";
    video.srcObject = stream;
    video.onpause = () => this.play(); // browsers pause what is taken out of the page
    this.handle = video.requestVideoFrameCallback(this.look);
    this.watch = setInterval(() => this.shown && performance.now() - this.last > STILL_MS && this.stop(), STILL_MS / 4);
    this.play();
  }

  /** From here on it is somebody else: what this browser received before may be of who was here. */
  turn(): void {
    this.since = performance.now();
    this.fresh = !document.hidden;
    this.show(false);
  }

  loud(): void {
    this.video.muted = false;
    this.play();
  }

  /** Through which speaker. One that is gone leaves it to the browser. */
  speakThrough(id: string): void {
    this.video.setSinkId?.(id).catch(() => this.video.setSinkId(""));
  }

  end(): void {
    const { video } = this;
    video.onpause = null;
    video.cancelVideoFrameCallback(this.handle);
    clearInterval(this.watch);
    video.srcObject = null;
    video.remove();
  }

  private play(): void {
    const { video } = this;
    video.play().catch((error: unknown) => {
      if (!(error instanceof DOMException && error.name === "NotAllowedError") || video.muted) return;
      video.muted = true; // the picture needs no leave, only the sound
      this.play();
      this.told.blocked();
    });
  }

  private readonly look = (now: number, frame: VideoFrameCallbackMetadata): void => {
    if ((frame.receiveTime ?? now - LATE_MS) >= this.since) {
      this.last = now;
      this.show(true);
      if (this.fresh) this.told.first();
      this.fresh = false;
    }
    this.handle = this.video.requestVideoFrameCallback(this.look);
  };

  private stop(): void {
    this.show(false);
    this.told.still();
  }

  private show(shown: boolean): void {
    if (shown === this.shown) return;
    this.shown = shown;
    this.video.hidden = !shown;
    this.told.changed();
  }
}
