import { t } from "../texts.ts";
import { countdown } from "../when.ts";
import { roundColour } from "./round.tsx";

const SOON_MS = 30_000;

/** The clock as an emptying ring. Silent for screen readers; `announce.ts` speaks at 2 min, 30 s and 0. */
export function Ring({ left, total, round, size = "", paused = false, label }: {
  /** Time left, ms. */
  left: number;
  /** The whole round, ms. */
  total: number;
  round?: number;
  size?: "s" | "m" | "";
  paused?: boolean;
  /** The small line under the time; without it "of 8 min", or "Paused". */
  label?: string;
}) {
  const seconds = Math.ceil(left / 1000);
  const part = total > 0 ? Math.min(1, (seconds * 1000) / total) : 0;
  const time = countdown(left);
  const small = label ?? (paused ? t("parts.paused") : t("parts.of_minutes", { n: Math.round(total / 6000) / 10 }));
  return (
    <div
      class={`ring${size && ` ring-${size}`}`}
      role="timer"
      aria-label={t("parts.left", { time })}
      data-round={round && roundColour(round)}
      data-soon={paused || left <= SOON_MS}
      style={{ "--part": part.toFixed(4) }}
    >
      <svg viewBox="0 0 100 100" aria-hidden="true">
        <circle class="track" cx="50" cy="50" r="45" pathLength={100} />
        <circle class="left" cx="50" cy="50" r="45" pathLength={100} />
      </svg>
      <span class="ring-inner">
        <span class="ring-time num" data-long={time.length > 4 || undefined}>{time}</span>
        {size === "" && <span class="ring-label">{small}</span>}
      </span>
    </div>
  );
}
