import { t } from "../texts.ts";

/** For `data-round`: rounds have eight colours, then they start again; the number goes on. */
export const roundColour = (number: number): number => ((number - 1) % 8) + 1;

export function RoundDot({ number }: { number: number }) {
  return <span class="round-dot" data-round={roundColour(number)}>{number}</span>;
}

/** All rounds in a row: what is done, what runs now. */
export function RoundDots({ rounds }: { rounds: readonly { number: number; state: "to come" | "now" | "done" | "skipped" }[] }) {
  return (
    <ol class="round-dots" aria-label={t("parts.rounds")}>
      {rounds.filter(({ state }) => state !== "skipped").map(({ number, state }) => (
        <li
          key={number}
          data-round={roundColour(number)}
          class={state === "done" ? "done" : undefined}
          aria-current={state === "now" ? "step" : undefined}
        >
          {number}
          {state === "done" && <span class="visually-hidden">{t("parts.round_done")}</span>}
        </li>
      ))}
    </ol>
  );
}
