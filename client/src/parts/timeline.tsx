import { t } from "../texts.ts";
import { roundColour } from "./round.tsx";

export interface Step {
  key: string;
  label: string;
  minutes: number;
  /** Without it the step is no round: welcome, close. */
  round?: number;
  /** "16:21" */
  when: string;
  state: "done" | "now" | "to come";
  /** 0 … 1 of a step that runs now. */
  done?: number;
}

/** The run of the event, each step as wide as it is long. */
export function Timeline({ steps }: { steps: readonly Step[] }) {
  return (
    <ol class="timeline" aria-label={t("parts.timeline")}>
      {steps.map(({ key, label, minutes, round, when, state, done = 0 }) => (
        <li
          key={key}
          class={state === "done" ? "done" : undefined}
          aria-current={state === "now" ? "step" : undefined}
          data-round={round && roundColour(round)}
          style={{ "--mins": minutes, "--done": done.toFixed(3) }}
        >
          <span class="seg" title={label}>{round && <b>{round}</b>}<span>{label}</span></span>
          <span class="when">{when}</span>
        </li>
      ))}
    </ol>
  );
}
