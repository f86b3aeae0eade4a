// What the plan gives, in four numbers. "Provably optimal" only when the planner could prove it.
import { Icon } from "../parts/icon.tsx";
import type { HostView, ParticipantId } from "../protocol.ts";
import { useSession } from "../session.ts";
import type { Rounds } from "../sky/layout.ts";
import { number, t } from "../texts.ts";
import type { Meetings } from "./agreed.ts";

const MANY = 40; // bars with nothing between them

export function Answer({ view, people, rounds, meetings }: {
  view: HostView;
  people: readonly ParticipantId[];
  rounds: Rounds;
  meetings: Meetings;
}) {
  const { store } = useSession();
  const { numbers } = view;
  const searching = store.planning.value?.on ?? !numbers.planned;
  const counts = meetings.counts(people, rounds.length).sort((a, b) => a - b);
  const most = Math.max(1, numbers.possible);
  const share = numbers.bound ? (100 * numbers.distinct) / numbers.bound : 100;
  const begun = Object.keys(view.past).length > 0; // then the numbers are about the rounds to come only
  const apart = Object.keys(view.apart).length;
  return (
    <section class="answer card" aria-labelledby="answer-title" aria-live="polite" aria-busy={searching}>
      <h2 id="answer-title" class="visually-hidden">{t("plan.answer")}</h2>
      <div class="stat">
        <p class="stat-label">{t("plan.avg")}</p>
        <p class="stat-value">{number(numbers.mean, 1)} <small>{t("plan.on_average")}</small></p>
        {begun || <div class={`histogram${counts.length > MANY ? " histogram-many" : ""}`} aria-hidden="true">{counts.map((count, i) => <i key={i} style={{ height: `${(100 * count) / most}%` }} />)}</div>}
        <p class="stat-note">{t("plan.avg_note", { min: numbers.least, max: numbers.most, possible: numbers.possible })}</p>
      </div>
      <div class="stat">
        <p class="stat-label">{t("plan.share")}</p>
        <p class="stat-value">{t("plan.percent", { n: numbers.optimal ? "100" : (Math.floor(share * 10) / 10).toFixed(1) })}</p>
        <div class="bar"><i style={{ width: `${share}%` }} /></div>
        {numbers.optimal ? (
          <p class="stat-note">
            <span class="badge badge-good"><Icon name="check" size="s" />{t("plan.optimal")}</span><br />
            {t("plan.optimal_note", { n: numbers.bound })}
          </p>
        ) : <p class="stat-note">{t("plan.bound_note", { pairs: numbers.distinct, n: numbers.bound })} {searching && t("plan.searching")}</p>}
      </div>
      <div class="stat">
        <p class="stat-label">{t("plan.repeat_title")}</p>
        <p class="stat-value">{number(numbers.repeats)}</p>
        <p class="stat-note">{t(numbers.repeats === 0 ? "plan.repeat_none" : numbers.optimal ? "plan.repeat_fewest" : "plan.repeat_some")}</p>
      </div>
      <div class="stat">
        <p class="stat-label">{t("plan.your_rules")}</p>
        <p class="stat-value">{t("plan.rules_kept")}</p>
        <ul class="stat-note ticks">
          <li><Icon name="check" size="s" />{t("plan.nobody_alone")}</li>
          {apart > 0 && <li><Icon name="check" size="s" />{t("plan.kept_apart", { n: apart })}</li>}
        </ul>
      </div>
    </section>
  );
}
