// In no room: before the start, between rounds, resting, late, or alone. Says what is awaited and for how long.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { left } from "../clock.ts";
import { Note } from "../parts/banner.tsx";
import { Icon } from "../parts/icon.tsx";
import { Header, SkipLink, useTitle } from "../parts/page.tsx";
import { Avatar, Person } from "../parts/person.tsx";
import { RoundDot, roundColour } from "../parts/round.tsx";
import type { AnyCommand, GuestView, RoundCard } from "../protocol.ts";
import { useSession } from "../session.ts";
import { Gathering } from "../sky/gathering.tsx";
import { t, texts } from "../texts.ts";
import { clockTime, countdown, duration, ownZone } from "../when.ts";
import { useArrival } from "./arrival.ts";
import { Check, WithCall } from "./devices.tsx";
import { useGive } from "./give.tsx";
import { LeaveDialog } from "./leave.tsx";
import { HostMessage, type Reading, useMessage } from "./message.tsx";
import { useTime, wholeSeconds } from "./time.ts";
import { called, lastRound, nextRound, others, roundsOf, seatedUnasked, type Waiting, waitingOf, worthJoining } from "./place.ts";

export function Lobby({ focus, message: reading }: { focus: boolean; message: Reading }) {
  const { store } = useSession();
  const view = store.guest.value!;
  const message = useMessage(reading);
  const here = others(view);
  useTitle(view.event.title);
  return (
    <>
      <SkipLink />
      <Header />
      <main id="main" class="lobby wrap">
        {message && <HostMessage message={message} reading={reading} />}
        <section class="lobby-sky sky on-sky" aria-labelledby="lobby-title">
          <Gathering people={here.map(({ id }) => id)} />
          <div class="lobby-head">
            <p class="eyebrow">{view.event.title}</p>
            <Head view={view} focus={focus} />
          </div>
        </section>
        <WithCall part="LobbyHosts" view={view} />
        <div class="lobby-grid">
          <People view={view} here={here} />
          <aside class="stack" aria-label={t("lobby.waiting_you")}>
            <Topic view={view} />
            {!roundsOf(view).some(({ state }) => state === "done") && <How />}
            <Check you={view.you} />
            <You view={view} />
          </aside>
        </div>
      </main>
    </>
  );
}

// What is awaited

const useWorth = (): boolean => useTime((now, view) => worthJoining(view, now));
const useWaiting = (view: GuestView): Waiting => waitingOf(view, useWorth());

function Head({ view, focus }: { view: GuestView; focus: boolean }) {
  const waiting = useWaiting(view);
  useArrival("lobby-title", focus, useSession().announcer, waiting);
  switch (waiting) {
    case "start":
      return <BeforeStart view={view} />;
    case "between":
      return <Between view={view} />;
    case "next":
      return <NextRoom view={view} />;
    case "next-rest":
      return <NextRest view={view} />;
    case "resting":
      return <Resting view={view} />;
    case "late":
      return <Late view={view} />;
    case "late-waits":
      return <LateWaits view={view} />;
  }
}

const Title = ({ children }: { children: ComponentChildren }) => <h1 id="lobby-title" tabIndex={-1}>{children}</h1>;

function BeforeStart({ view }: { view: GuestView }) {
  const { starts_at } = view.event;
  const due = useTime((now, { event }) => event.starts_at !== null && now >= event.starts_at);
  return (
    <>
      <Title>{startTitle(starts_at, due)}</Title>
      <Countdown label={t("lobby.clock_start")} until={({ event }) => event.starts_at} />
      <p class="muted">{shape(view)}</p>
    </>
  );
}

function startTitle(startsAt: number | null, due: boolean): string {
  if (startsAt === null) return t("lobby.host_starts");
  return due ? t("lobby.in_moment") : t("lobby.starts_at", { time: clockTime(startsAt, ownZone()) });
}

function Between({ view }: { view: GuestView }) {
  const next = nextRound(view);
  if (!next) return <Title>{t("lobby.closing")}</Title>;
  const byClock = view.event.next_at !== null;
  const first = !roundsOf(view).some(({ state }) => state === "done");
  return (
    <>
      <Title>{byClock ? t("lobby.between", { r: next.number }) : t("lobby.plenary")}</Title>
      {byClock
        ? <Countdown label={t("lobby.clock_round", { r: next.number })} until={(later) => nextRound(later)?.starts_at ?? null} />
        : <p class="muted">{first ? t("lobby.host_first") : t("lobby.host_next")}</p>}
    </>
  );
}

function NextRoom({ view }: { view: GuestView }) {
  const { next, clock } = view;
  const r = clock.number ?? 0;
  const { people } = next;
  const n = people.filter((id) => next.new.includes(id)).length;
  const fresh = n === people.length ? t("lobby.next_all_new", { n }) : t("lobby.next_some_new", { n });
  return (
    <>
      <Title>{t("lobby.next_meet", { names: called(view, people) })}</Title>
      <LiveCountdown label={t("lobby.clock_round", { r })} />
      <p class="muted">{t("lobby.next_round", { r, n: lastRound(view), k: next.room ?? 0 })} {fresh}</p>
      <TopicPill view={view} />
      <SitOut on label={t("lobby.sit_out")} />
    </>
  );
}

function NextRest({ view }: { view: GuestView }) {
  const r = view.clock.number ?? 0;
  return (
    <>
      <Title>{t("lobby.next_rest", { r })}</Title>
      <LiveCountdown label={t("lobby.clock_round", { r })} />
      <p class="muted">{back(view)}</p>
      {view.you.sits_out && <SitOut on={false} label={t("lobby.sit_in")} />}
    </>
  );
}

function Resting({ view }: { view: GuestView }) {
  return (
    <>
      <Title>{t("lobby.rest")}</Title>
      <LiveCountdown label={t("lobby.clock_end", { r: view.clock.number ?? 0 })} />
      <p class="muted">{back(view)}</p>
      {view.you.sits_out && <SitOut on={false} label={t("lobby.sit_in")} />}
    </>
  );
}

/** "You are back in round 4." */
function back(view: GuestView): string {
  const next = nextRound(view);
  return next ? t("lobby.rest_back", { r: next.number }) : t("lobby.rest_last");
}

function Late({ view }: { view: GuestView }) {
  const { clock, you } = view;
  const r = clock.number ?? 0;
  const next = nextRound(view);
  return (
    <>
      <Title><MinutesLeft r={r} /></Title>
      <p>{lateAsk(called(view, you.join_with), next)}</p>
      <div class="row row-wrap lobby-choice">
        <Command command={{ type: "SeatMe" }} primary>{t("lobby.late_seat")}</Command>
        {next && <Command command={{ type: "WaitForNext" }}>{t("lobby.late_wait", { r: next.number })}</Command>}
      </div>
      {seatedUnasked(view) && <p class="small muted">{t("lobby.late_auto")}</p>}
    </>
  );
}

function lateAsk(names: string, next: RoundCard | null): string {
  return next ? t("lobby.late_ask", { names, r: next.number }) : t("lobby.late_ask_last", { names });
}

function MinutesLeft({ r }: { r: number }) {
  const minutes = useTime((now, { clock }) => Math.max(1, Math.floor((left(clock, now) ?? 0) / 60_000)));
  return <>{t("lobby.late", { n: minutes, r })}</>;
}

function LateWaits({ view }: { view: GuestView }) {
  const next = nextRound(view);
  const r = view.clock.number ?? 0;
  const worth = useWorth();
  const title = next ? t("lobby.late_waits", { r: next.number }) : t("lobby.late_soon_last", { r });
  return (
    <>
      <Title>{title}</Title>
      <LiveCountdown label={t("lobby.clock_end", { r })} />
      {view.you.can_join !== null && worth && (
        <Command command={{ type: "SeatMe" }}>{t("lobby.late_seat")}</Command>
      )}
    </>
  );
}

// Clocks

/** Until a moment of event time; nothing once it has passed. */
function Countdown({ label, until }: { label: string; until: (view: GuestView) => number | null }) {
  const ms = useTime((now, view) => wholeSeconds((until(view) ?? now) - now));
  return ms > 0 ? <Count label={label} ms={ms} /> : null;
}

/** Until the announced round begins, or the running one ends. */
function LiveCountdown({ label }: { label: string }) {
  return <Count label={label} ms={useTime((now, { clock }) => wholeSeconds(left(clock, now) ?? 0))} />;
}

const Count = ({ label, ms }: { label: string; ms: number }) => (
  <p class="lobby-count num" role="timer" aria-label={label}>{countdown(ms)}</p>
);

// Buttons

function Command({ command, primary = false, children }: {
  command: AnyCommand;
  primary?: boolean;
  children: ComponentChildren;
}) {
  const { give, busy, toast } = useGive();
  return (
    <>
      <button class={`btn${primary ? " btn-primary" : ""}`} type="button" disabled={busy} onClick={() => give(command)}>
        {children}
      </button>
      {toast}
    </>
  );
}

const SitOut = ({ on, label }: { on: boolean; label: string }) => <Command command={{ type: "SitOut", on }}>{label}</Command>;

// Below the sky

function People({ view, here }: { view: GuestView; here: ReturnType<typeof others> }) {
  const begun = view.event.phase !== "open";
  return (
    <section class="card" aria-labelledby="here-title">
      <div class="card-head">
        <h2 id="here-title" class="grow">
          {begun ? t("lobby.here_now") : t("lobby.here")} <span class="count">{here.length}</span>
        </h2>
      </div>
      {here.length === 0 && (
        <Note icon="people"><p><b>{t("lobby.alone")}</b> {begun ? t("lobby.alone_running") : t("lobby.alone_text")}</p></Note>
      )}
      {here.length === 1 && <Note icon="people"><p>{t("lobby.two")}</p></Note>}
      <ul class="lobby-people">
        {here.map(({ id, name, headline, away }) => <li key={id}><Person id={id} name={name} line={headline} away={away} /></li>)}
      </ul>
    </section>
  );
}

/** The round whose topic is worth thinking of now. */
function topicRound(view: GuestView, waiting: Waiting): RoundCard | null {
  const live = view.clock.number === null ? null : (view.rounds[view.clock.number] ?? null);
  return ["next", "next-rest", "late"].includes(waiting) ? live : nextRound(view);
}

function Topic({ view }: { view: GuestView }) {
  const round = topicRound(view, useWaiting(view));
  if (!round || !(round.topic || round.question)) return null;
  return (
    <section class="card" aria-labelledby="lobby-topic">
      <h2 id="lobby-topic">{t("lobby.round", { r: round.number })}</h2>
      {round.topic && <p class="eyebrow topic-lobby"><RoundDot number={round.number} />{round.topic}</p>}
      {round.question && <p>{round.question}</p>}
    </section>
  );
}

function TopicPill({ view }: { view: GuestView }) {
  const round = topicRound(view, useWaiting(view));
  return round?.topic
    ? <p class="shuffle-topic" data-round={roundColour(round.number)}><RoundDot number={round.number} /><b>{round.topic}</b></p>
    : null;
}

function How() {
  return (
    <section class="card" aria-labelledby="how-title">
      <h2 id="how-title">{t("lobby.how_title")}</h2>
      <ol class="how">{texts("lobby.how").map((line) => <li key={line}><span>{line}</span></li>)}</ol>
    </section>
  );
}

function You({ view }: { view: GuestView }) {
  const { you } = view;
  const [leaving, setLeaving] = useState(false);
  const waiting = useWaiting(view);
  const canSitOut = nextRound(view) !== null && (waiting === "start" || waiting === "between");
  return (
    <section class="card lobby-me" aria-label={t("lobby.you")}>
      <div class="row">
        <Avatar id={you.id} name={you.name} />
        <div class="grow"><b>{you.name}</b>{you.headline && <p class="hint">{you.headline}</p>}</div>
      </div>
      <div class="lobby-me-actions">
        {canSitOut && (
          you.sits_out ? <SitOut on={false} label={t("lobby.sit_in")} /> : <SitOut on label={t("lobby.sit_out_next")} />
        )}
        <button class="btn btn-quiet" type="button" onClick={() => setLeaving(true)}>
          <Icon name="leave" size="s" />{t("lobby.leave")}
        </button>
      </div>
      {leaving && <LeaveDialog onClose={() => setLeaving(false)} />}
    </section>
  );
}

/** "Five rounds of eight minutes, four people in a room." */
function shape(view: GuestView): string {
  const rounds = roundsOf(view);
  const [first] = rounds;
  if (!first) return "";
  const alike = rounds.every(({ minutes, size }) => minutes === first.minutes && size === first.size);
  const n = rounds.length;
  if (alike) return t("lobby.shape", { n, duration: duration(first.minutes), size: first.size });
  return t("lobby.shape_mixed", { n, duration: duration(rounds.reduce((sum, { minutes }) => sum + minutes, 0)) });
}
