// The start page: the promise, a form that shows what it would give, and the events of this browser.
import { useEffect, useMemo, useState } from "preact/hooks";
import { api, Failed, pages } from "../api.ts";
import { TextField } from "../parts/field.tsx";
import { Icon } from "../parts/icon.tsx";
import { Marked } from "../parts/marked.tsx";
import { Header, SkipLink, useTitle } from "../parts/page.tsx";
import { RoundDot, roundColour } from "../parts/round.tsx";
import { Segmented } from "../parts/segmented.tsx";
import { Stepper } from "../parts/stepper.tsx";
import { TagInput } from "../parts/tags.tsx";
import { useToast } from "../parts/toast.tsx";
import { Note } from "../parts/banner.tsx";
import type { CreateBody, ListedEvent } from "../protocol.ts";
import { sketch } from "../sky/rounds.ts";
import { Sky } from "../sky/sky.tsx";
import { t } from "../texts.ts";
import { lasts } from "../timetable.ts";
import { dayAndMonth, duration, fields, hours, moment, ownZone, zoneName } from "../when.ts";

interface Shape {
  guests: number;
  rounds: number;
  minutes: number;
  size: number;
}

interface Draft extends Shape {
  title: string;
  date: string;
  time: string;
  topics: readonly string[];
}

const SIZES = [2, 3, 4, 5, 6];
const MINUTE = 60_000;
const WEEK = 7 * 24 * 60 * MINUTE;

/** At most: everyone else, or a full room of new people each round. */
const newPeople = ({ guests, rounds, size }: Shape): number => Math.min(guests - 1, rounds * (size - 1));
const total = ({ rounds, minutes }: Shape): number => lasts(Array.from({ length: rounds }, () => minutes));
const startOf = ({ date, time }: Draft): number | null => (date && time ? moment(date, time, ownZone()) : null);

export function Home() {
  useTitle(t("home.form"));
  const [toast, show] = useToast();
  const [draft, setDraft] = useState<Draft>(fresh);
  const change = (part: Partial<Draft>): void => setDraft({ ...draft, ...part });
  return (
    <>
      <SkipLink />
      <Header end={<CodeForm onFailed={show} />} />
      <main id="main" class="home wrap-wide">
        <Promise shape={draft} />
        <EventForm draft={draft} onChange={change} />
        <OwnEvents />
      </main>
      {toast}
    </>
  );
}

function fresh(): Draft {
  const [date] = fields(Date.now() + WEEK, ownZone());
  return { title: "", date, time: "16:00", guests: 24, rounds: 5, minutes: 8, size: 4, topics: [] };
}

/** What went wrong, for people. */
const sentence = (error: unknown): string => (error instanceof Failed && error.message) || t("page.offline");

function CodeForm({ onFailed }: { onFailed: (text: string) => void }) {
  const [code, setCode] = useState("");
  const join = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    try {
      location.assign((await api.code(code.trim())).to);
    } catch (error) {
      onFailed(sentence(error));
    }
  };
  return (
    <form class="join-code" role="search" aria-label={t("page.code_label")} onSubmit={join}>
      <label class="visually-hidden" for="code">{t("home.code")}</label>
      <input
        class="input input-s"
        id="code"
        placeholder={t("home.code")}
        autocomplete="off"
        autocapitalize="characters"
        spellcheck={false}
        maxLength={16}
        required
        value={code}
        onInput={(event) => setCode(event.currentTarget.value)}
      />
      <button class="btn btn-s" type="submit">{t("home.join")}</button>
    </form>
  );
}

const SHOWN = 60; // people; more would be a cloud

function Promise({ shape }: { shape: Shape }) {
  const { guests, size } = shape;
  const rounds = Math.min(shape.rounds, 8);
  const shown = Math.min(guests, SHOWN);
  const people = useMemo(() => Array.from({ length: shown }, (_, i) => ({ id: `${i}`, name: "" })), [shown]);
  const plan = useMemo(() => sketch(people.map(({ id }) => id), size, rounds), [people, size, rounds]);
  const rooms = Math.ceil(guests / size);
  return (
    <section class="home-sky sky on-sky" aria-labelledby="intro">
      <div class="home-intro">
        <h1 id="intro">{t("home.title")}</h1>
        <p class="lead">{t("home.lead")}</p>
      </div>
      <Sky
        people={people}
        rounds={plan}
        round={rounds}
        mode="web"
        you={`${Math.floor(shown / 2)}`}
        ringPad={30}
        dot={shown > 40 ? 5 : 8}
        label={t("home.sky")}
      />
      <div class="home-sky-foot">
        <p>
          <Marked text="home.sky_new" values={{ n: newPeople(shape) }} class="stat-value" />
          <br />
          <span class="muted small">{t("home.sky_line", { guests, n: rooms, size, duration: duration(total(shape) / MINUTE) })}</span>
        </p>
        <ul class="legend" aria-label={t("home.legend")}>
          {Array.from({ length: rounds }, (_, i) => (
            <li key={i} data-round={roundColour(i + 1)}><RoundDot number={i + 1} /></li>
          ))}
        </ul>
      </div>
    </section>
  );
}

function EventForm({ draft, onChange }: { draft: Draft; onChange: (part: Partial<Draft>) => void }) {
  const [failure, setFailure] = useState("");
  const [busy, setBusy] = useState(false);
  const attempt = async (work: () => Promise<string>): Promise<void> => {
    setBusy(true);
    setFailure("");
    try {
      location.assign(await work());
    } catch (error) {
      setFailure(sentence(error));
      setBusy(false);
    }
  };
  const create = (event: SubmitEvent): void => {
    event.preventDefault();
    void attempt(async () => pages.plan((await api.createEvent(bodyOf(draft))).event));
  };
  const demo = (): void => void attempt(async () => (await api.demo()).links.host);
  return (
    <form class="home-form card" aria-labelledby="plan-title" onSubmit={create}>
      <h2 id="plan-title">{t("home.form")}</h2>
      <TextField
        id="title"
        label={t("home.name")}
        placeholder={t("home.name_example")}
        required
        maxLength={120}
        value={draft.title}
        onInput={(title) => onChange({ title })}
      />
      <div class="home-when">
        <TextField id="date" type="date" label={t("home.date")} value={draft.date} onInput={(date) => onChange({ date })} />
        <TextField
          id="time"
          type="time"
          label={t("home.starts", { zone: zoneName(ownZone()) })}
          value={draft.time}
          onInput={(time) => onChange({ time })}
        />
      </div>
      <ShapeFields shape={draft} onChange={onChange} />
      <TagInput
        id="topic"
        label={<>{t("home.topics")} <span class="muted">{t("home.topics_hint")}</span></>}
        tags={draft.topics}
        placeholder={t("home.topic_add")}
        removeLabel={(topic) => t("home.topic_remove", { topic })}
        onChange={(topics) => onChange({ topics })}
      />
      <div class="home-go">
        <Sum draft={draft} />
        {failure && <div role="alert"><Note icon="warning" tone="danger"><p>{failure}</p></Note></div>}
        <button class="btn btn-primary btn-l btn-wide" type="submit" disabled={busy}>{t("home.create")}</button>
        <button class="btn btn-quiet btn-wide" type="button" disabled={busy} onClick={demo}>
          <Icon name="play" size="s" />{t("home.demo")}
        </button>
        <p class="hint">{t("home.reassure")}</p>
      </div>
    </form>
  );
}

function bodyOf(draft: Draft): CreateBody {
  const { rounds, minutes, size, topics, guests } = draft;
  return {
    title: draft.title.trim(),
    zone: ownZone(),
    starts_at: startOf(draft),
    guests,
    rounds: Array.from({ length: rounds }, (_, i) => ({ minutes, size, topic: topics[i] ?? "" })),
  };
}

function ShapeFields({ shape, onChange }: { shape: Shape; onChange: (part: Partial<Shape>) => void }) {
  const { guests, rounds, minutes, size } = shape;
  return (
    <fieldset class="home-shape">
      <legend class="visually-hidden">{t("home.shape")}</legend>
      <Stepper id="guests" label={t("home.guests")} value={guests} min={3} max={400} onChange={(guests) => onChange({ guests })} />
      <Stepper id="rounds" label={t("home.rounds")} value={rounds} min={1} max={20} onChange={(rounds) => onChange({ rounds })} />
      <Stepper id="minutes" label={t("home.minutes")} value={minutes} min={1} max={60} onChange={(minutes) => onChange({ minutes })} />
      <div id="size-field">
        <Segmented
          legend={t("home.size")}
          name="size"
          fill
          options={SIZES.map((value) => ({ value, label: `${value}` }))}
          value={size}
          onChange={(size) => onChange({ size })}
        />
      </div>
    </fieldset>
  );
}

function Sum({ draft }: { draft: Draft }) {
  const start = startOf(draft);
  return (
    <p class="home-sum" aria-live="polite">
      <strong>{t("home.sum", { n: newPeople(draft) })}</strong>
      {start !== null && <span class="muted">{t("home.sum_time", hours(start, start + total(draft), ownZone()))}</span>}
    </p>
  );
}

/** Events that this browser holds a link's cookie for; nothing is shown when there are none. */
function OwnEvents() {
  const [events, setEvents] = useState<readonly ListedEvent[]>([]);
  useEffect(() => {
    // Without an answer the page is still whole: the list is a convenience.
    api.events().then(setEvents, () => {});
  }, []);
  if (!events.length) return null;
  return (
    <section class="home-events" aria-labelledby="yours">
      <h2 id="yours">{t("home.yours")}</h2>
      <ul class="event-list">{events.map((event) => <EventRow key={event.event} {...event} />)}</ul>
    </section>
  );
}

function EventRow(event: ListedEvent) {
  const { title, starts_at, zone, phase, guests, rounds } = event;
  const [day, month] = starts_at === null ? ["–", ""] : dayAndMonth(starts_at, zone);
  return (
    <li>
      <a href={addressOf(event)} class="event-row card card-flat">
        <span class="event-date num"><b>{day}</b>{month}</span>
        <span class="grow">
          <b class="clip">{title}</b>
          <span class="muted small">{t("home.row", { guests, rounds })}</span>
        </span>
        <span class={`badge${phase === "closed" ? "" : " badge-good"}`}>{t(`home.phase_${phase}`)}</span>
      </a>
    </li>
  );
}

function addressOf({ event, phase, roles }: ListedEvent): string {
  const running = phase === "plenary" || phase === "rounds";
  if (roles.includes("organiser") && phase !== "closed" && !running) return pages.plan(event);
  if (!roles.includes("organiser") && !roles.includes("facilitator")) return pages.guest(event);
  return phase === "closed" ? pages.report(event) : pages.console(event);
}
