// The plan as a sky, as a matrix and as a table.
import { useEffect, useMemo, useState } from "preact/hooks";
import { download } from "../api.ts";
import { Icon } from "../parts/icon.tsx";
import { Matrix, MatrixLegend } from "../parts/matrix.tsx";
import { Avatar, firstName } from "../parts/person.tsx";
import { RoundDot, roundColour } from "../parts/round.tsx";
import { Segmented } from "../parts/segmented.tsx";
import type { HostView, ParticipantId, RoundCard, RoundNumber, SeatingCard } from "../protocol.ts";
import { useSession } from "../session.ts";
import type { Rounds } from "../sky/layout.ts";
import { Sky } from "../sky/sky.tsx";
import { t } from "../texts.ts";
import type { Meetings } from "./agreed.ts";
import type { Give } from "./console.tsx";
import { TopicDialog } from "./topic-dialog.tsx";

const STEP_MS = 1_100;
const NAMED = 60; // up to here names and the matrix can be read

/** The round up to which the pictures are lit. */
export interface Shown {
  round: RoundNumber;
  onShow: (round: RoundNumber) => void;
}

interface Pictured {
  shown: Shown;
  view: HostView;
  people: readonly ParticipantId[];
  rounds: Rounds;
  meetings: Meetings;
}

export function WhoMovesWhere({ view, people, rounds, meetings, shown: { round, onShow: choose } }: Pictured) {
  const [mode, setMode] = useState<"rooms" | "web">("rooms");
  const [playing, play] = useState(false);
  const ids = people.join(" ");
  const named = useMemo(() => people.map((id) => ({ id, name: view.people[id]?.name ?? "" })), [ids]);
  useEffect(() => {
    if (!playing) return;
    if (round >= rounds.length) return play(false);
    const timer = setTimeout(() => choose(round + 1), STEP_MS + 300);
    return () => clearTimeout(timer);
  }, [playing, round, rounds.length]);
  const start = (): void => {
    if (!playing && round >= rounds.length) choose(1);
    play(!playing);
  };
  const counts = meetings.counts(people, round);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const sentence = least === most ? t("plan.after_round_same", { r: round, n: least }) : t("plan.after_round", { r: round, min: least, max: most });
  return (
    <section class="organise-sky sky on-sky" aria-labelledby="sky-title">
      <div class="sky-head">
        <h2 id="sky-title">{t("plan.moves")}</h2>
        <Segmented small legend={t("plan.view")} hideLegend name="sky-view" value={mode} onChange={setMode} options={[
          { value: "rooms", label: t("plan.view_rooms") },
          { value: "web", label: t("plan.view_web") },
        ]} />
      </div>
      <Sky people={named} rounds={rounds} round={round} mode={mode} ms={STEP_MS} width={440} height={500}
        names={people.length <= NAMED ? "first" : "none"} label={sentence} />
      <div class="scrub">
        <button class="btn btn-icon btn-s" type="button" aria-label={t(playing ? "plan.stop" : "plan.play")} onClick={start}>
          <Icon name={playing ? "pause" : "play"} size="s" />
        </button>
        <label class="visually-hidden" for="sky-round">{t("plan.round")}</label>
        <div class="scrub-track">
          <input id="sky-round" type="range" min={1} max={Math.max(1, rounds.length)} step={1} value={round}
            onInput={(event) => choose(Number(event.currentTarget.value))} />
          <ol class="scrub-ticks" aria-hidden="true">
            {rounds.map((_, i) => <li key={i} data-round={roundColour(i + 1)} data-on={i < round ? "" : undefined}>{i + 1}</li>)}
          </ol>
        </div>
      </div>
      <p class="small muted" aria-live="polite">{sentence}</p>
    </section>
  );
}

export function WhoMeetsWhom({ view, people, rounds, meetings, shown }: Pictured) {
  const large = people.length > NAMED;
  const [who, setWho] = useState<"all" | "one">(() => (matchMedia("(max-width: 40rem)").matches ? "one" : "all"));
  const [picked, pick] = useState<ParticipantId | null>(null);
  const one = picked && people.includes(picked) ? picked : people[0];
  const apart = useMemo(() => new Set(Object.values(view.apart).flatMap(([a, b]) => [`${a} ${b}`, `${b} ${a}`])), [view.apart]);
  const cell = (a: ParticipantId, b: ParticipantId) => {
    const [first, ...more] = meetings.of(a, b);
    if (first === undefined) return { apart: apart.has(`${a} ${b}`) };
    const later = first > shown.round;
    return { round: first, later, twice: !later && more.length > 0 };
  };
  const named = people.map((id) => ({ id, name: view.people[id]?.name ?? "" }));
  return (
    <section class="organise-matrix card" aria-labelledby="matrix-title">
      <div class="card-head">
        <h2 id="matrix-title">{t("plan.matrix")}</h2>
        {!large && (
          <Segmented small legend={t("plan.show")} hideLegend name="matrix-who" value={who} onChange={setWho} options={[
            { value: "all", label: t("plan.everyone") },
            { value: "one", label: t("plan.one_person") },
          ]} />
        )}
      </div>
      {who === "all" && !large ? (
        <>
          <Matrix people={toldApart(named)} cell={cell} />
          <MatrixLegend rounds={rounds.length} apart={apart.size > 0} />
        </>
      ) : one !== undefined && (
        <div class="one-person">
          <div class="field">
            <label for="pick">{t("plan.person")}</label>
            <select class="select" id="pick" value={one} onChange={(event) => pick(event.currentTarget.value)}>
              {named.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
            </select>
          </div>
          <OnePerson view={view} rounds={rounds} id={one} />
        </div>
      )}
    </section>
  );
}

/** First names, in full where two people share one. */
function toldApart(people: readonly { id: ParticipantId; name: string }[]): { id: ParticipantId; name: string; short: string }[] {
  const short = people.map(({ name }) => firstName(name));
  return people.map(({ id, name }, i) => {
    const mine = short[i] ?? "";
    return { id, name, short: short.indexOf(mine) === short.lastIndexOf(mine) ? mine : name };
  });
}

/** One person's evening: the list twin of the matrix. */
function OnePerson({ view, rounds, id }: { view: HostView; rounds: Rounds; id: ParticipantId }) {
  return (
    <ol class="meet-list">
      {rounds.map((rooms, i) => {
        const at = rooms.findIndex((room) => room.includes(id));
        return (
          <li key={i} data-round={roundColour(i + 1)}>
            <RoundDot number={i + 1} />
            <div>
              <p class="small muted">
                {at < 0 ? t("plan.rests") : t("plan.in_room", { k: at + 1, topic: view.rounds[String(i + 1)]?.topic || t("live.open_talk") })}
              </p>
              <ul>
                {(rooms[at] ?? []).filter((other) => other !== id).map((other) => (
                  <li key={other} class="person">
                    <Avatar id={other} name={view.people[other]?.name ?? ""} size="s" />
                    <span class="person-text"><span class="person-name">{view.people[other]?.name}</span></span>
                  </li>
                ))}
              </ul>
            </div>
          </li>
        );
      })}
    </ol>
  );
}

export function PlanTable({ view, seatings, rounds, give }: {
  view: HostView;
  seatings: Readonly<Record<string, SeatingCard>>;
  rounds: Rounds;
  give: Give;
}) {
  const { event } = useSession();
  const [changing, change] = useState<RoundCard | null>(null);
  const over = view.event.phase === "closed";
  const columns = Math.max(0, ...rounds.map((rooms) => rooms.length));
  const resting = Object.values(seatings).some((seating) => seating.resting.length > 0);
  return (
    <section class="organise-table card" aria-labelledby="table-title">
      <div class="card-head">
        <h2 id="table-title">{t("plan.table")}</h2>
        <div class="row row-wrap push">
          {over || (
            <button class="btn btn-s" type="button" onClick={() => void give({ type: "MixAgain", seed: Math.floor(Math.random() * 2 ** 31) })}>
              <Icon name="shuffle" size="s" />{t("live.mix")}
            </button>
          )}
          <a class="btn btn-s" href={download(event, "plan.csv")} download><Icon name="download" size="s" />{t("plan.csv")}</a>
          <a class="btn btn-s" href={download(event, "calendar.ics")} download><Icon name="calendar" size="s" />{t("plan.calendar")}</a>
          <button class="btn btn-s" type="button" onClick={() => print()}><Icon name="print" size="s" />{t("plan.print")}</button>
        </div>
      </div>
      <div class="table-scroll" tabIndex={0} role="region" aria-label={t("plan.table_scroll")}>
        <table class="table plan-table">
          <caption class="visually-hidden">{t("plan.table_caption")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("plan.round")}</th>
              {Array.from({ length: columns }, (_, k) => <th key={k} scope="col">{t("room.room", { k: k + 1 })}</th>)}
              {resting && <th scope="col">{t("plan.resting")}</th>}
            </tr>
          </thead>
          <tbody>
            {rounds.map((rooms, i) => (
              <tr key={i}>
                <th scope="row" data-round={roundColour(i + 1)}>
                  <span class="row"><RoundDot number={i + 1} /></span>
                  <RoundTopic round={view.rounds[String(i + 1)]} over={over} onChange={change} />
                </th>
                {Array.from({ length: columns }, (_, k) => (
                  <td key={k}>{(rooms[k] ?? []).map((id) => <span key={id} class="plan-name">{view.people[id]?.name}</span>)}</td>
                ))}
                {resting && <td class="plan-rest">{(seatings[i + 1]?.resting ?? []).map((id) => <span key={id} class="plan-name">{view.people[id]?.name}</span>)}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {changing && <TopicDialog round={changing} give={give} onClose={() => change(null)} />}
    </section>
  );
}

function RoundTopic({ round, over, onChange }: { round: RoundCard | undefined; over: boolean; onChange: (round: RoundCard) => void }) {
  if (!round) return null;
  const topic = round.topic || t("live.open_talk");
  if (over) return <span class="plan-topic">{topic}</span>;
  return (
    <button class="link-btn plan-topic" type="button" aria-label={t("plan.topic_change", { r: round.number, topic })} onClick={() => onChange(round)}>
      {topic}
    </button>
  );
}
