// The organiser's page: what the plan gives, what else would, the people, and the way in.
import { useEffect, useMemo, useState } from "preact/hooks";
import { api, Failed, pages } from "../api.ts";
import { EventHeader } from "../parts/event-header.tsx";
import { Icon } from "../parts/icon.tsx";
import { SkipLink, useTitle } from "../parts/page.tsx";
import { StateCard } from "../parts/state.tsx";
import { useToast } from "../parts/toast.tsx";
import type { HostView, PublicEvent, RoundNumber } from "../protocol.ts";
import { useSession, type Who } from "../session.ts";
import { roundsOf } from "../sky/rounds.ts";
import { t } from "../texts.ts";
import { spanOf } from "../timetable.ts";
import { hours, longDate, zoneName } from "../when.ts";
import { Meetings, planned, seatings, toCome } from "./agreed.ts";
import { Answer } from "./answer.tsx";
import type { Give } from "./console.tsx";
import { EditDialog } from "./edit-dialog.tsx";
import { FailedPage, LoadingPage } from "./errors.tsx";
import { Apart, Invite } from "./invite.tsx";
import { useLinks } from "./links.ts";
import { PeoplePanel } from "./people-panel.tsx";
import { PlanTable, type Shown, WhoMeetsWhom, WhoMovesWhere } from "./plan-pictures.tsx";
import { SessionPage } from "./session-page.tsx";
import { WhatIf } from "./what-if.tsx";

export function Plan({ event }: { event: string }) {
  const [card, setCard] = useState<PublicEvent | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => void api.event(event).then(setCard, setError), [event]);
  const who = useMemo<Who>(() => ({ event, role: "organiser" }), [event]);
  if (error) return <FailedPage error={error} />;
  if (!card) return <LoadingPage />;
  if (!card.roles.includes("organiser")) return <FailedPage error={new Failed(401, "no-cookie", "")} />;
  return <SessionPage who={who}><Organise /></SessionPage>;
}

function Organise() {
  const { event, store, connection } = useSession();
  const [toast, show] = useToast();
  const links = useLinks(event, show);
  const [adding, add] = useState(false);
  const [chosen, choose] = useState<RoundNumber | null>(null);
  const view = store.host.value;
  useTitle(view?.event.title ?? "");
  const all = useMemo(() => (view ? seatings(view) : {}), [view?.past, view?.plan, view?.rooms, view?.next, view?.clock.state]);
  const rounds = useMemo(() => roundsOf(all), [all]);
  const meetings = useMemo(() => new Meetings(rounds), [rounds]);
  if (!view) return <LoadingPage />;
  const give: Give = async (command) => {
    const outcome = await connection.do(command);
    if (!outcome.ok) show(outcome.message);
    return outcome.ok;
  };
  const over = view.event.phase === "closed";
  const people = planned(view);
  const pictured = people.filter((id) => rounds.some((rooms) => rooms.some((room) => room.includes(id))));
  const shown: Shown = { round: Math.min(chosen ?? rounds.length, rounds.length), onShow: choose };
  const start = (): void => {
    add(true);
    document.getElementById("people")?.scrollIntoView({ block: "start" });
  };
  return (
    <>
      <SkipLink />
      <EventHeader event={event} page="plan" mayPlan end={
        <>
          {over || <a class="btn btn-s only-wide" href="#invite"><Icon name="link" size="s" />{t("plan.invite")}</a>}
          {over
            ? <a class="btn btn-primary btn-s" href={pages.report(event)}>{t("live.see_report")}</a>
            : <a class="btn btn-primary btn-s" href={pages.console(event)}>{t("plan.go_live")}</a>}
        </>
      } />
      <main id="main" class="organise wrap-wide">
        <Title view={view} give={give} />
        <div class="organise-main">
          {over ? <Over event={event} /> : toCome(view).some(({ skipped }) => !skipped) && <WhatIf view={view} give={give} show={show} />}
          {rounds.some((rooms) => rooms.length) ? (
            <>
              {over || <Answer view={view} people={pictured} rounds={rounds} meetings={meetings} />}
              <WhoMovesWhere view={view} people={pictured} rounds={rounds} meetings={meetings} shown={shown} />
              <WhoMeetsWhom view={view} people={pictured} rounds={rounds} meetings={meetings} shown={shown} />
              <PlanTable view={view} seatings={all} rounds={rounds} give={give} />
            </>
          ) : over || <NoPlan people={people.length} onAdd={start} />}
        </div>
        <aside class="organise-side" aria-label={t("plan.side")}>
          <PeoplePanel view={view} people={people} give={give} show={show} links={links} adding={adding} onAdding={add} />
          {over || <Apart view={view} people={people} give={give} />}
          {over || <Invite view={view} links={links} />}
        </aside>
      </main>
      {toast}
    </>
  );
}

function Title({ view, give }: { view: HostView; give: Give }) {
  const [editing, edit] = useState(false);
  const { store } = useSession();
  const { title, zone, phase } = view.event;
  const span = spanOf(view);
  const pending = store.pending.value.size > 0;
  return (
    <div class="organise-title">
      <div>
        <h1>{title}</h1>
        <p class="muted">
          {span ? t("plan.when", { date: longDate(span[0], zone), ...hours(...span, zone), zone: zoneName(zone) }) : t("plan.no_date")}{" "}
          {phase !== "closed" && <button class="btn btn-quiet btn-xs" type="button" onClick={() => edit(true)}><Icon name="edit" size="s" />{t("plan.edit")}</button>}
        </p>
      </div>
      <p class={`badge${pending ? "" : " badge-good"}`} role="status">
        <Icon name={pending ? "refresh" : "check"} size="s" />{t(pending ? "plan.saving" : "plan.saved")}
      </p>
      {editing && <EditDialog view={view} give={give} onClose={() => edit(false)} />}
    </div>
  );
}

function Over({ event }: { event: string }) {
  const action = <a class="btn btn-primary" href={pages.report(event)}><Icon name="chart" size="s" />{t("live.see_report")}</a>;
  return <StateCard art="over" level={2} title={t("plan.over_title")} text={t("plan.over_text")} actions={action} />;
}

/** Nothing to plan yet, said kindly. */
function NoPlan({ people, onAdd }: { people: number; onAdd: () => void }) {
  const [title, text] = people === 0
    ? [t("states_host.no_people.title"), t("states_host.no_people.text")]
    : people === 1
      ? [t("plan.one_person_title"), t("plan.one_person_text")]
      : [t("plan.planning_title"), t("plan.planning_text")];
  const action = people < 2 && (
    <button class="btn btn-primary" type="button" onClick={onAdd}><Icon name="upload" size="s" />{t("plan.start_list")}</button>
  );
  return <StateCard art="early" level={2} title={title} text={text} actions={action} />;
}

