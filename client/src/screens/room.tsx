// The room while a round runs: faces first, then clock and topic, chat, help, and the way out.
import { useEffect, useRef, useState } from "preact/hooks";
import { left } from "../clock.ts";
import type { Call } from "../call.ts";
import { Banner } from "../parts/banner.tsx";
import { Chat } from "../parts/chat.tsx";
import { Control } from "../parts/control.tsx";
import { Icon } from "../parts/icon.tsx";
import { Brand, SkipLink, useTitle } from "../parts/page.tsx";
import { Ring } from "../parts/ring.tsx";
import { RoundDots, roundColour } from "../parts/round.tsx";
import { Settings } from "../parts/settings.tsx";
import { Tile, TileFlag } from "../parts/tile.tsx";
import type { ClockCard, GuestView, ParticipantId } from "../protocol.ts";
import { useSession } from "../session.ts";
import { MetArc } from "../sky/arc.tsx";
import { names, t } from "../texts.ts";
import { clockTime } from "../when.ts";
import { useArrival } from "./arrival.ts";
import { Devices, hostsOf, mediaOf, useOwn, WithCall } from "./devices.tsx";
import { useGive } from "./give.tsx";
import { LeaveDialog } from "./leave.tsx";
import { HostMessage, type Reading, useMessage } from "./message.tsx";
import { useTime, wholeSeconds } from "./time.ts";
import { company, lastRound, meetings, metBefore, nextRound, roundsOf } from "./place.ts";

const SOON_MS = 30_000;
const GRACE_MS = 15_000; // the whole ring, after the end
const FIRST_MS = 20_000; // of wall time: that long "First meeting" stands beside the star

export function Room({ focus, message }: { focus: boolean; message: Reading }) {
  const { store } = useSession();
  const view = store.guest.value!;
  const chat = useChat();
  const soon = useTime((now, { clock }) => isSoon(clock, now));
  const round = view.rounds[view.clock.number ?? 0];
  useTitle(view.event.title);
  useArrival("room-title", focus);
  const heading = { r: view.clock.number ?? 0, k: view.room.number ?? 0 };
  return (
    <div class="room" data-panel={chat.open ? "chat" : "table"} data-soon={soon}>
      <SkipLink />
      <header class="room-top">
        <Brand />
        <p class="event-name">{view.event.title}</p>
        <div class="room-progress"><RoundDots rounds={roundsOf(view)} /></div>
        <span class="push" />
        <Settings />
      </header>
      <main id="main" class="room-main">
        <h1 id="room-title" class="visually-hidden" tabIndex={-1}>
          {round?.topic ? t("room.heading_topic", { ...heading, topic: round.topic }) : t("room.heading", heading)}
        </h1>
        <Notice view={view} reading={message} soon={soon} />
        <Stage view={view} />
        <CallBar view={view} chat={chat} />
      </main>
      <aside class="room-panel" id="panel" aria-label={t("room.panel")}>
        <Table view={view} />
        {chat.open && <Chat lines={chat.lines} onSay={chat.say} onClose={chat.close} />}
      </aside>
    </div>
  );
}

/** The last half minute of talking, and the grace after it. */
function isSoon(clock: ClockCard, now: number): boolean {
  const ms = left(clock, now);
  return ms !== null && clock.paused_at === null && (clock.state === "grace" || ms <= SOON_MS);
}

// One notice at most: the host's message, then the end, then the rest

function Notice({ view, reading, soon }: { view: GuestView; reading: Reading; soon: boolean }) {
  const { call } = useSession();
  const message = useMessage(reading);
  const notice = message ? <HostMessage message={message} reading={reading} /> : notes(view, soon, call.value);
  return <div class="room-notices" role="region" aria-label={t("room.notices")}>{notice}</div>;
}

function notes(view: GuestView, soon: boolean, call: Call | null) {
  const { clock, room, you } = view;
  if (clock.state === "grace") {
    const then = nextRound(view) ? t("room.grace") : t("room.grace_last");
    return <Banner icon="timer" lamp title={t("room.grace_title")}>{then}</Banner>;
  }
  if (soon) return <Banner icon="timer" lamp title={t("room.soon_title")}>{t("room.soon")}</Banner>;
  if (room.help_at !== null) return <HelpNotice view={view} />;
  if (call?.trouble.value) {
    const { value: is } = call.trouble;
    return <Banner icon="signal-low" lamp title={t(`call.${is}`)}>{t(`call.${is}_text`)}</Banner>;
  }
  const listen = call?.blocked.value;
  if (listen) {
    const action = <button class="btn btn-s" type="button" onClick={listen}>{t("room.listen")}</button>;
    return <Banner icon="speaker" lamp title={t("room.blocked")} action={action} />;
  }
  if (you.muted.length) return <WithCall part="Muted" view={view} />;
  if (clock.paused_at !== null) {
    return <Banner icon="pause" lamp title={t("room.paused_title")}>{t("room.paused")}</Banner>;
  }
  const visitors = Object.values(room.visitors);
  if (visitors.length) {
    const visit = t("room.visit", { n: visitors.length, names: names(visitors) });
    return <Banner icon="door" title={visit} />;
  }
  return null;
}

function HelpNotice({ view: { room } }: { view: GuestView }) {
  const { give, toast } = useGive();
  const done = (): void => give({ type: "CloseHelp", room: room.number ?? 0 });
  const title = room.help_taken_by ? t("room.help_taken", { host: room.help_taken_by }) : t("room.help_asked");
  const action = <button class="btn btn-s" type="button" onClick={done}>{t("room.help_done")}</button>;
  return <><Banner icon="hand" title={title} action={action} />{toast}</>;
}

// Faces

const MANY = 7; // from so many on, tiles have a least size and the stage scrolls

function Stage({ view }: { view: GuestView }) {
  const { room, you, clock } = view;
  const people = company(view);
  const count = people.length + Object.keys(hostsOf(view)).length + 1;
  const own = useOwn();
  return (
    <ul class="stage" data-count={count < MANY ? count : "many"} aria-label={t("room.people")}>
      {people.map((id) => <Someone key={`${clock.number} ${id}`} view={view} id={id} />)}
      <WithCall part="HostTiles" view={view} />
      <Tile id={you.id} name={you.name} you {...own} flags={room.help_by === you.id && <Helped room={room} />} />
    </ul>
  );
}

function Helped({ room: { help_taken_by } }: { room: GuestView["room"] }) {
  return <TileFlag icon="hand">{help_taken_by ? t("room.help_coming") : t("room.help_wanted")}</TileFlag>;
}

function Someone({ view, id }: { view: GuestView; id: ParticipantId }) {
  const { store, call } = useSession();
  const slot = call.value?.slots.value.find(({ person }) => person === id);
  const person = view.people[id];
  const away = person?.presence !== "here";
  const flags = (
    <>
      <Acquainted before={metBefore(view, id)} />
      {view.room.help_by === id && <Helped room={view.room} />}
      {away && <TileFlag icon="clock">{t("room.away")}</TileFlag>}
    </>
  );
  return (
    <Tile
      id={id}
      name={person?.name ?? ""}
      line={person?.headline ?? ""}
      reconnecting={!away && store.reconnecting.value.has(id)}
      speaking={slot?.speaking ?? false}
      media={mediaOf(call.value, slot)}
      flags={flags}
    />
  );
}

/** "First meeting" for a while, then only the star; or when you met before. */
function Acquainted({ before }: { before: readonly number[] }) {
  const [fresh, setFresh] = useState(true);
  useEffect(() => {
    const timer = setTimeout(() => setFresh(false), FIRST_MS);
    return () => clearTimeout(timer);
  }, []);
  const [round] = before;
  if (round !== undefined) return <TileFlag>{t("room.met", { r: round })}</TileFlag>;
  const words = fresh ? t("room.first") : <span class="visually-hidden">{t("room.first")}</span>;
  return <TileFlag icon="star" first>{words}</TileFlag>;
}

// Clock, topic, people met

function Table({ view }: { view: GuestView }) {
  const r = view.clock.number ?? 0;
  const round = view.rounds[r];
  const [open, setOpen] = useState(false);
  const position = t("room.round", { r, n: lastRound(view) });
  return (
    <section class="table-panel" data-round={roundColour(r)} aria-labelledby="topic-title">
      <div class="clock-row">
        <Clock view={view} />
        <div class="clock-text">
          <p class="eyebrow">{position}</p>
          <p class="strong">{t("room.room", { k: view.room.number ?? 0 })}</p>
          <p class="small muted">{coming(view)}</p>
        </div>
      </div>
      <div class="topic" data-open={open}>
        <p class="eyebrow topic-eyebrow"><Icon name="topic" size="s" />{t("room.topic")}</p>
        <h2 id="topic-title">{round?.topic || t("room.no_topic")}</h2>
        {round?.question
          ? <Question position={position} text={round.question} open={open} onToggle={() => setOpen(!open)} />
          : <p class="topic-more only-narrow">{position}</p>}
      </div>
      <Met view={view} />
    </section>
  );
}

/** On narrow screens the question unfolds. */
function Question({ position, text, open, onToggle }: {
  position: string;
  text: string;
  open: boolean;
  onToggle: () => void;
}) {
  return (
    <>
      <button
        class="topic-more only-narrow"
        type="button"
        aria-expanded={open}
        aria-controls="topic-prompt"
        onClick={onToggle}
      >
        {position} <Icon name="down" size="s" /><span class="visually-hidden">{t("room.question")}</span>
      </button>
      <p class="topic-prompt" id="topic-prompt">{text}</p>
    </>
  );
}

function Clock({ view: { clock, rounds } }: { view: GuestView }) {
  const ms = useTime((now, { clock }) => wholeSeconds(left(clock, now) ?? 0));
  const grace = clock.state === "grace";
  const planned = grace ? GRACE_MS : (rounds[clock.number ?? 0]?.minutes ?? 0) * 60_000;
  return (
    <Ring
      left={ms}
      total={Math.max(ms, planned)}
      round={clock.number ?? 1}
      paused={clock.paused_at !== null}
      {...(grace && { label: t("room.grace_clock") })}
    />
  );
}

/** "Next: 3 new people" */
function coming(view: GuestView): string {
  const next = nextRound(view);
  if (!next) return t("room.next_last");
  const n = view.you.new_next;
  return n ? t("room.next", { n }) : t("room.next_round", { r: next.number });
}

function Met({ view }: { view: GuestView }) {
  const met = meetings(view);
  const n = met.length;
  const toCome = view.you.to_come ?? 0;
  return (
    <div class="met sky on-sky only-wide">
      <MetArc met={met} toCome={toCome} now={view.clock.number} label={t("room.met_label", { n })} />
      <p class="small">
        <b>{t("room.met_count", { n })}</b>
        {toCome > 0 && <span class="muted"> {t("room.met_left", { n: toCome })}</span>}
      </p>
    </div>
  );
}

// Controls

interface OpenChat {
  open: boolean;
  unread: number;
  lines: Parameters<typeof Chat>[0]["lines"];
  say: (text: string) => boolean;
  toggle: () => void;
  close: () => void;
}

/** The lines of this room, and how many of them came while they were not to be seen. */
function useChat(): OpenChat {
  const { store, connection } = useSession();
  const [open, setOpen] = useState(false);
  const lines = store.chat.value;
  const seen = useRef(0);
  if (open || seen.current > lines.length) seen.current = lines.length;
  const you = store.you.value?.id;
  const close = (): void => {
    setOpen(false);
    document.getElementById("chat-button")?.focus();
  };
  return {
    open,
    unread: lines.slice(seen.current).filter(({ by }) => by !== you).length,
    lines: lines.map(({ by, name, at, text }) => ({ name, text, own: by === you, time: clockTime(at) })),
    say: (text) => connection.say(text),
    toggle: () => (open ? close() : setOpen(true)),
    close,
  };
}

function CallBar({ view: { room }, chat }: { view: GuestView; chat: OpenChat }) {
  const { give, toast } = useGive();
  const [leaving, setLeaving] = useState(false);
  const asked = room.help_at !== null;
  const help = (): void => give(asked ? { type: "CloseHelp", room: room.number ?? 0 } : { type: "AskHelp" });
  const rest = (): void => {
    setLeaving(false);
    give({ type: "SitOut" });
  };
  return (
    <nav class="callbar" aria-label={t("room.controls")}>
      <Devices />
      <Control id="chat-button" icon="chat" label={t("room.chat")} pressed={chat.open} onPress={chat.toggle} badge={chat.unread} />
      <Control icon="hand" label={t("room.help")} pressed={asked} onPress={help} />
      <Control icon="leave" label={t("room.leave")} leave onPress={() => setLeaving(true)} />
      {leaving && <LeaveDialog onClose={() => setLeaving(false)} onBreak={rest} />}
      {toast}
    </nav>
  );
}
