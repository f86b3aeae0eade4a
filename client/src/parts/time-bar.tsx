import type { ComponentChildren } from "preact";
import { roundColour } from "./round.tsx";

/** The host's sticky bar: clock, what runs now, the run of the event, actions. */
export function TimeBar({ ring, title, subtitle, round, paused = false, timeline, actions, children }: {
  ring?: ComponentChildren;
  title: string;
  subtitle?: string;
  round?: number | null;
  paused?: boolean;
  timeline: ComponentChildren;
  actions: ComponentChildren;
  /** Opens below: the message form. */
  children?: ComponentChildren;
}) {
  return (
    <section class="run" aria-labelledby="run-title" data-round={round ? roundColour(round) : undefined} data-paused={paused}>
      <div class="run-clock">
        {ring}
        <div>
          <h1 id="run-title">{title}</h1>
          {subtitle && <p class="muted">{subtitle}</p>}
        </div>
      </div>
      {timeline}
      <div class="run-actions">{actions}</div>
      {children}
    </section>
  );
}
