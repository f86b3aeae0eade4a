// The sky of what has happened so far, with how the plan stands.
import { useMemo } from "preact/hooks";
import { Icon } from "../parts/icon.tsx";
import type { HostView } from "../protocol.ts";
import { useSession } from "../session.ts";
import { roundsOf } from "../sky/rounds.ts";
import { Sky } from "../sky/sky.tsx";
import { number, t } from "../texts.ts";
import { soFar } from "./steering.ts";

export function SoFar({ view }: { view: HostView }) {
  const { store } = useSession();
  const { past, numbers } = view;
  const gaps = store.gaps.value;
  const listed = Object.keys(view.people);
  const came = listed.filter((id) => view.people[id]?.presence !== "expected");
  const ids = (came.length ? came : listed).join(" ");
  const people = useMemo(() => ids.split(" ").filter(Boolean).map((id) => ({ id, name: view.people[id]?.name ?? "" })), [ids]);
  const rounds = useMemo(() => roundsOf(past), [past]);
  const done = soFar(view);
  const working = store.planning.value?.on ?? !numbers.planned;
  return (
    <div class="more">
      <section class="sky on-sky cover" aria-labelledby="cover-title">
        <div class="sky-head">
          <h2 id="cover-title">{t("live.so_far")}</h2>
          {working
            ? <span class="badge"><Icon name="refresh" size="s" />{t("live.planning_short")}</span>
            : numbers.planned && <span class="badge badge-good"><Icon name="check" size="s" />{t("live.on_plan")}</span>}
        </div>
        <Sky people={people} rounds={rounds} round={rounds.length} mode="web" width={340} height={220} ringPad={14} dot={5}
          label={t("live.sky", { n: done.pairs })} />
        <div class="cover-stats">
          <Stat value={number(done.mean, 1)} note={t("live.met_mean")} />
          <Stat value={number(done.pairs)} note={t("live.met_pairs")} />
          <Stat value={numbers.planned ? number(numbers.mean, 1) : "–"} note={t("live.to_come_mean")} />
        </div>
        {gaps && <p class="small muted">{t("live.gaps", { n: gaps.people, p50: Math.round(gaps.p50_ms), p95: Math.round(gaps.p95_ms) })}</p>}
      </section>
    </div>
  );
}

function Stat({ value, note }: { value: string; note: string }) {
  return <div class="stat"><p class="stat-value">{value}</p><p class="stat-note">{note}</p></div>;
}
