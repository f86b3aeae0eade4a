// What waits for the host: rooms that asked for help, latecomers, people who are reconnecting.
import { useComputed } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { Icon } from "../parts/icon.tsx";
import { Person } from "../parts/person.tsx";
import type { HostView } from "../protocol.ts";
import { useSession } from "../session.ts";
import { t } from "../texts.ts";
import type { Give, Show } from "./console.tsx";
import { type Need, needs } from "./steering.ts";

export function Needs({ view, give, show, children }: { view: HostView; give: Give; show: Show; children: ComponentChildren }) {
  const { asking, away } = needs(view);
  return (
    <section class="needs" aria-labelledby="needs-title">
      <div class="card">
        <div class="card-head">
          <h2 id="needs-title">{t("live.needs")}</h2>
          {asking.length > 0 && <span class="count count-lamp">{asking.length}</span>}
        </div>
        {asking.length === 0 && <p class="muted small">{t("live.needs_none")}</p>}
        <ul class="queue" aria-live="polite" aria-relevant="additions">
          {asking.map((need) => (
            <li key={need.key}>
              {need.kind === "help" ? <HelpNeed view={view} need={need} give={give} show={show} /> : <LateNeed view={view} need={need} give={give} />}
            </li>
          ))}
        </ul>
        {away.length > 0 && (
          <div class="lost">
            <h3 class="small">{t("live.reconnecting")} <span class="count">{away.length}</span></h3>
            <div class="stack stack-2">{away.map((need) => <AwayNeed key={need.key} view={view} need={need} />)}</div>
          </div>
        )}
      </div>
      {children}
    </section>
  );
}

/** Time since, alone following the ticking clock. */
function Since({ since, say }: { since: number; say: (age: string) => string }) {
  const { store } = useSession();
  const seconds = useComputed(() => Math.max(1, Math.floor((store.now.value - since) / 1000))).value;
  return <>{say(seconds < 60 ? t("live.age_seconds", { n: seconds }) : t("live.age_minutes", { n: Math.floor(seconds / 60) }))}</>;
}

function HelpNeed({ view, need, give, show }: { view: HostView; need: Need; give: Give; show: Show }) {
  const room = need.room ?? 0;
  const name = view.people[need.person ?? ""]?.name ?? t("room.room", { k: room });
  const place = t("room.room", { k: room });
  const visit = async (): Promise<void> => {
    if (!need.taken_by && !(await give({ type: "TakeHelp", room }))) return;
    if (await give({ type: "VisitRoom", room })) show(t("live.visiting", { k: room }), () => void give({ type: "VisitRoom", room: null }));
  };
  const line = need.taken_by
    ? t("live.help_taken", { room: place, host: need.taken_by })
    : <Since since={need.since} say={(age) => t("live.help", { room: place, age })} />;
  return (
    <>
      <Person id={need.person ?? ""} name={name} line={line} />
      <div class="row">
        <button class="btn btn-lamp btn-s" type="button" onClick={() => void visit()}><Icon name="door" size="s" />{t("live.visit")}</button>
        {!need.taken_by && <button class="btn btn-s" type="button" onClick={() => void give({ type: "TakeHelp", room })}>{t("live.take")}</button>}
        <button class="btn btn-quiet btn-s" type="button" onClick={() => void give({ type: "CloseHelp", room })}>{t("live.done")}</button>
      </div>
    </>
  );
}

function LateNeed({ view, need, give }: { view: HostView; need: Need; give: Give }) {
  const person = need.person ?? "";
  const { number } = view.clock;
  const place = (): void => {
    if (number !== null && need.room !== null) void give({ type: "MovePerson", expects: number, person, room: need.room });
  };
  return (
    <>
      <Person id={person} name={view.people[person]?.name ?? ""} line={t("live.late_now")} />
      <div class="row">
        {need.room !== null && (
          <button class="btn btn-s" type="button" onClick={place}>
            <Icon name="person-plus" size="s" />{t("live.place", { k: need.room, n: need.new })}
          </button>
        )}
        <button class="btn btn-quiet btn-s" type="button" onClick={() => void give({ type: "LetWait", person })}>{t("live.wait")}</button>
      </div>
    </>
  );
}

function AwayNeed({ view, need }: { view: HostView; need: Need }) {
  const person = need.person ?? "";
  const { room } = need;
  const line = <Since since={need.since} say={(age) => (room === null ? t("live.seat_lobby", { age }) : t("live.seat", { age, k: room }))} />;
  return <Person id={person} name={view.people[person]?.name ?? ""} size="s" away line={line} />;
}
