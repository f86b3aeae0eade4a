// "What if?": other room sizes and numbers of rounds, each with what it would bring; choosing changes the event.
import { useEffect, useState } from "preact/hooks";
import { api } from "../api.ts";
import { Marked } from "../parts/marked.tsx";
import type { HostView, WhatIf as Choices, WhatIfLine } from "../protocol.ts";
import { useSession } from "../session.ts";
import { number, t } from "../texts.ts";
import { duration } from "../when.ts";
import { planned, toCome, withRounds, withSize } from "./agreed.ts";
import type { Give, Show } from "./console.tsx";

const SETTLE_MS = 600; // a list of people arrives as many changes

export function WhatIf({ view, give, show }: { view: HostView; give: Give; show: Show }) {
  const { event } = useSession();
  const [choices, setChoices] = useState<Choices | null>(null);
  const plannable = planned(view).length > 1;
  const rounds = toCome(view);
  const asked = JSON.stringify([rounds.map(({ size, skipped }) => [size, skipped]), Object.keys(view.people), view.apart]);
  useEffect(() => {
    let current = true;
    const timer = setTimeout(() => {
      // Without an answer the choices stand without results; the next change asks again.
      api.whatIf(event).then((found) => current && setChoices(found), () => current && setChoices({ people: 0, sizes: [], rounds: [] }));
    }, SETTLE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [event, asked]);
  const size = rounds[0]?.size ?? 4;
  const known = !plannable || choices?.sizes.length === 0 ? "never" : choices ? "known" : "soon";
  const change = async (next: typeof rounds): Promise<void> => {
    const before = rounds;
    if (await give({ type: "SetRounds", rounds: next })) show(t("plan.changed"), () => void give({ type: "SetRounds", rounds: before }));
  };
  return (
    <form class="whatif card" aria-labelledby="whatif-title">
      <h2 id="whatif-title">{t("plan.whatif")}</h2>
      <p class="hint">{t(plannable ? "plan.whatif_hint" : "plan.whatif_nobody")}</p>
      <Outcomes name="what-size" legend={t("home.size")} lines={choices?.sizes.length ? choices.sizes : sizesAround(size)} now={size} known={known}
        onChoose={(value) => void change(withSize(rounds, value))} />
      <Outcomes name="what-rounds" legend={t("plan.rounds_of", { duration: duration(rounds[0]?.minutes ?? 8) })}
        lines={choices?.rounds.length ? choices.rounds : roundsAround(rounds.length)} now={rounds.length} known={known}
        onChoose={(value) => void change(withRounds(rounds, value))} />
    </form>
  );
}

const blank = (value: number): WhatIfLine => ({ value, mean: 0, repeats: 0 });
const sizesAround = (size: number): WhatIfLine[] => [...new Set([2, 3, 4, 5, 6, size])].sort((a, b) => a - b).map(blank);
const roundsAround = (count: number): WhatIfLine[] => [-2, -1, 0, 1, 2].map((step) => count + step).filter((n) => n > 0).map(blank);

function Outcomes({ name, legend, lines, now, known, onChoose }: {
  name: string;
  legend: string;
  lines: readonly WhatIfLine[];
  now: number;
  /** Whether the lines carry results beside their values. */
  known: "known" | "soon" | "never";
  onChoose: (value: number) => void;
}) {
  return (
    <fieldset class="whatif-set">
      <legend>{legend}</legend>
      <div class="outcomes">
        {lines.map(({ value, mean, repeats }) => (
          <label key={value} class="outcome">
            <input type="radio" name={name} value={value} checked={value === now} onChange={() => onChoose(value)} />
            <span>
              <b>{value}</b>
              {known === "known" ? (
                <>
                  <span class="outcome-new"><Marked text="plan.new" values={{ n: number(mean, 1) }} class="unit" /></span>
                  <span class={`outcome-rep${repeats ? " some" : ""}`}>{t("plan.repeats", { n: repeats })}</span>
                </>
              ) : known === "soon" && <span class="outcome-new">…</span>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
