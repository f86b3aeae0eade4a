// What an event has achieved: in numbers, as one sky, round by round; while it runs, so far.
import { useEffect, useMemo, useState } from "preact/hooks";
import { api, download, Failed, pages } from "../api.ts";
import { EventHeader } from "../parts/event-header.tsx";
import { Icon } from "../parts/icon.tsx";
import { SkipLink, useTitle } from "../parts/page.tsx";
import { RoundDot, roundColour } from "../parts/round.tsx";
import { StateCard } from "../parts/state.tsx";
import type { PublicEvent, Report as Achieved, RoundReport } from "../protocol.ts";
import { Sky } from "../sky/sky.tsx";
import { names, number, t } from "../texts.ts";
import { clockTime, duration, hours, longDate } from "../when.ts";
import { FailedPage, LoadingPage } from "./errors.tsx";
import { seatedIn, skyRounds, worthKnowing } from "./achieved.ts";

const AGAIN_MS = 15_000;
const NAMED = 60; // up to here names can be read around the sky
const MINUTE = 60_000;

export function Report({ event }: { event: string }) {
  const [card, setCard] = useState<PublicEvent | null>(null);
  const [report, setReport] = useState<Achieved | null>(null);
  const [error, setError] = useState<unknown>(null);
  const over = card?.phase === "closed";
  useEffect(() => {
    const ask = async (): Promise<void> => {
      const [found, achieved] = await Promise.all([api.event(event), api.report(event)]);
      setCard(found);
      setReport(achieved);
    };
    const later = (): void => void ask().catch(() => undefined); // what is shown stays; the next time will do
    if (!card) ask().catch(setError);
    const timer = over ? 0 : setInterval(later, AGAIN_MS);
    return () => clearInterval(timer);
  }, [event, over]);
  useTitle(card ? t("report.title", { title: card.title }) : "");
  if (error) return <FailedPage error={error} />;
  if (!card || !report) return <LoadingPage />;
  if (!card.roles.some((role) => role !== "participant")) return <FailedPage error={new Failed(401, "no-cookie", "")} />;
  return (
    <>
      <SkipLink />
      <EventHeader event={event} page="report" mayPlan={card.roles.includes("organiser")} />
      <main id="main" class="report wrap-wide">
        <Title event={event} card={card} report={report} />
        {report.rounds.length === 0
          ? <NothingYet event={event} over={over} />
          : <Findings card={card} report={report} />}
      </main>
    </>
  );
}

function Title({ event, card, report }: { event: string; card: PublicEvent; report: Achieved }) {
  const { started_at, ended_at } = report;
  return (
    <div class="organise-title">
      <div>
        <h1>{card.title}</h1>
        {started_at !== null && ended_at !== null && (
          <p class="muted">
            {t("report.when", { date: longDate(started_at, card.zone), ...hours(started_at, ended_at, card.zone) })}
          </p>
        )}
      </div>
      <div class="row row-wrap">
        {card.phase !== "closed" && report.rounds.length > 0 && <span class="badge badge-live">{t("report.so_far")}</span>}
        {report.rounds.length > 0 && (
          <>
            <a class="btn btn-s" href={download(event, "report.csv")} download><Icon name="download" size="s" />{t("report.people_csv")}</a>
            <a class="btn btn-s" href={download(event, "report.graphml")} download><Icon name="download" size="s" />{t("report.meetings_graph")}</a>
            <button class="btn btn-s" type="button" onClick={() => print()}><Icon name="print" size="s" />{t("plan.print")}</button>
          </>
        )}
      </div>
    </div>
  );
}

function NothingYet({ event, over }: { event: string; over: boolean }) {
  return (
    <StateCard art="early" level={2} title={t("report.nothing_title")} text={t(over ? "report.nothing_over" : "report.nothing_text")}
      actions={over || <a class="btn btn-primary" href={pages.console(event)}><Icon name="play" size="s" />{t("plan.go_live")}</a>} />
  );
}

function Findings({ card, report }: { card: PublicEvent; report: Achieved }) {
  const people = useMemo(() => report.people.map(({ id, name }) => ({ id, name })), [report]);
  const rounds = useMemo(() => skyRounds(report), [report]);
  const known = worthKnowing(report, card.phase === "closed");
  return (
    <>
      <InShort report={report} over={card.phase === "closed"} />
      <div class="report-grid">
        <section class="card" aria-labelledby="attendance-title">
          <div class="card-head"><h2 id="attendance-title">{t("report.attendance")}</h2></div>
          <Attendance rounds={report.rounds} />
        </section>
        <section class="sky on-sky report-sky" aria-labelledby="met-title">
          <div class="sky-head"><h2 id="met-title">{t("report.everyone")}</h2></div>
          <Sky people={people} rounds={rounds} round={rounds.length} mode="web" width={440} height={430} ringPad={62}
            names={people.length <= NAMED ? "first" : "none"} label={t("report.sky", { n: report.pairs, people: report.came })} />
        </section>
        <section class="card" aria-labelledby="known-title">
          <h2 id="known-title">{t("report.known")}</h2>
          <ul class="queue">
            {known.map(({ key, who, what }) => <li key={key}><p>{who && <><b>{who}</b> </>}<span class="muted">{what}</span></p></li>)}
          </ul>
          {known.length === 0 && <p class="muted">{t("report.known_nothing")}</p>}
        </section>
      </div>
      <RoundByRound card={card} report={report} />
    </>
  );
}

function InShort({ report, over }: { report: Achieved; over: boolean }) {
  const { came, pairs, repeats, met_mean, met_least, met_most, bound_mean } = report;
  const most = Math.round((bound_mean * came) / 2);
  const share = most ? Math.min(100, (100 * pairs) / most) : 100;
  return (
    <section class="answer card" aria-label={t("report.short")}>
      <div class="stat">
        <p class="stat-label">{t("report.mean")}</p>
        <p class="stat-value">{number(met_mean, 1)}</p>
        <p class="stat-note">
          {t(met_least === met_most ? "report.mean_same" : "report.mean_note", { bound: number(bound_mean, 1), min: met_least, max: met_most })}
        </p>
      </div>
      <div class="stat">
        <p class="stat-label">{t("report.pairs")}</p>
        <p class="stat-value">{number(pairs)}</p>
        <div class="bar"><i style={{ width: `${share}%` }} /></div>
        <p class="stat-note">{t("report.pairs_note", { bound: most })}</p>
      </div>
      <div class="stat">
        <p class="stat-label">{t("report.repeats")}</p>
        <p class="stat-value">{number(repeats)}</p>
        <p class="stat-note">{t("report.repeats_note", { n: repeats })}</p>
      </div>
      <div class="stat">
        <p class="stat-label">{t("report.came")}</p>
        <p class="stat-value">{number(came)} <small>{t("report.came_of", { all: report.listed })}</small></p>
        <p class="stat-note">{t(over ? "report.stayed" : "report.here", { n: report.stayed })}</p>
      </div>
      <div class="stat">
        <p class="stat-label">{t("report.contacts")}</p>
        <p class="stat-value">{number(report.contacts)}</p>
        <p class="stat-note">{t("report.contacts_note")}</p>
      </div>
    </section>
  );
}

const CHART = { width: 400, height: 200, left: 28, right: 4, top: 10, bottom: 32 };

/** A bar for each round. */
function Attendance({ rounds }: { rounds: readonly RoundReport[] }) {
  const seated = rounds.map(seatedIn);
  const top = Math.max(...seated, 1);
  const step = [1, 2, 5, 10, 20, 50, 100, 200].find((each) => top / each <= 3) ?? 500;
  const { width, height, left, right, bottom } = CHART;
  const y = (people: number): number => height - bottom - (people / top) * (height - bottom - CHART.top);
  const wide = (width - left - right) / rounds.length;
  const bars = rounds.map(({ number: round }, i) => ({ round, x: left + i * wide + 1, y: y(seated[i] ?? 0) }));
  return (
    <svg class="attendance" viewBox={`0 0 ${width} ${height}`} role="img"
      aria-label={t("report.attendance_label", { list: names(rounds.map(({ number: r }, i) => t("report.attendance_round", { r, n: seated[i] ?? 0 }))) })}>
      {Array.from({ length: Math.floor(top / step) + 1 }, (_, i) => i * step).map((people) => (
        <g key={people}>
          <path class="grid-line" d={`M${left - 2} ${y(people)}H${width - right}`} />
          <text x={left - 8} y={y(people) + 4} text-anchor="end">{people}</text>
        </g>
      ))}
      {bars.map(({ round, x, y: top }) => (
        <g key={round} data-round={roundColour(round)}>
          <rect x={x} y={top} width={wide - 2} height={height - bottom - top} rx={3} />
          <text x={x + wide / 2} y={height - 12} text-anchor="middle">{rounds.length > 6 ? round : t("parts.round", { r: round })}</text>
        </g>
      ))}
    </svg>
  );
}

function RoundByRound({ card, report }: { card: PublicEvent; report: Achieved }) {
  const name = new Map(report.people.map((person) => [person.id, person.name]));
  return (
    <section class="card" aria-labelledby="rounds-title">
      <h2 id="rounds-title">{t("plan.table")}</h2>
      {report.rounds.map((round) => (
        <details key={round.number} class="held">
          <summary>
            <RoundDot number={round.number} />
            <span class="grow">
              <b>{round.topic || t("live.open_talk")}</b>
              <span class="hint">{t("report.round_note", {
                from: clockTime(round.started_at, card.zone), duration: duration(Math.max(1, Math.round(round.talked_ms / MINUTE))), people: seatedIn(round), n: round.new,
              })}</span>
            </span>
            <Icon name="down" size="s" />
          </summary>
          <ul class="held-rooms">
            {round.rooms.map((room, k) => room.length > 0 && (
              <li key={k}><h3>{t("room.room", { k: k + 1 })}</h3>{room.map((id) => <span key={id} class="plan-name">{name.get(id)}</span>)}</li>
            ))}
            {round.resting.length > 0 && (
              <li><h3>{t("plan.resting")}</h3>{round.resting.map((id) => <span key={id} class="plan-name">{name.get(id)}</span>)}</li>
            )}
          </ul>
        </details>
      ))}
    </section>
  );
}
