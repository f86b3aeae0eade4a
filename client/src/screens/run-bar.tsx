// The bar that steers: the clock, what runs now, the run of the event, and the actions that fit the moment.
import { useComputed } from "@preact/signals";
import { useState } from "preact/hooks";
import { left } from "../clock.ts";
import { Icon, type IconName } from "../parts/icon.tsx";
import { MenuButton, type MenuItem } from "../parts/menu.tsx";
import { Ring } from "../parts/ring.tsx";
import { roundColour } from "../parts/round.tsx";
import { TimeBar } from "../parts/time-bar.tsx";
import type { AnyCommand, HostView, RoundCard } from "../protocol.ts";
import { useSession } from "../session.ts";
import { t } from "../texts.ts";
import { clockTime } from "../when.ts";
import type { Give, Show } from "./console.tsx";
import { comingRound, counts, roundsHeld } from "./steering.ts";
import { wholeSeconds } from "./time.ts";
import { TopicDialog } from "./topic-dialog.tsx";

const MINUTE = 60_000;
const MOVE_MS = 10_000;

interface Hand {
  view: HostView;
  give: Give;
  show: Show;
}

export function RunBar({ onEnd, ...hand }: Hand & { onEnd: () => void }) {
  const [saying, say] = useState(false);
  const { view } = hand;
  const { clock } = view;
  const [title, subtitle] = headline(view);
  return (
    <TimeBar
      ring={clock.state && <RunRing view={view} />}
      title={title}
      subtitle={subtitle}
      round={clock.number}
      paused={clock.paused_at !== null}
      timeline={<RunLine {...hand} />}
      actions={<Actions {...hand} onSay={() => say(!saying)} onEnd={onEnd} />}
    >
      {saying && <SayForm {...hand} onClose={() => say(false)} />}
    </TimeBar>
  );
}

/** Drawn again once a second, not with every tick. */
function RunRing({ view: { clock, rounds } }: { view: HostView }) {
  const { store } = useSession();
  const rest = useComputed(() => wholeSeconds(left(store.host.value!.clock, store.now.value) ?? 0)).value;
  const total = clock.state === "announced" ? MOVE_MS : (rounds[String(clock.number)]?.minutes ?? 0) * MINUTE;
  return <Ring left={rest} total={total} round={clock.number ?? 1} size="m" paused={clock.paused_at !== null} />;
}

/** What goes on, and what a host should know of it. */
function headline(view: HostView): [title: string, subtitle: string] {
  const { event, clock } = view;
  const last = roundsHeld(view).length;
  if (clock.number !== null) {
    const r = clock.number;
    const topic = view.rounds[String(r)]?.topic || t("live.open_talk");
    if (clock.paused_at !== null) return [t("room.round", { r, n: last }), t("live.paused")];
    if (clock.state === "announced") return [t("live.announced", { r }), topic];
    if (clock.state === "grace") return [t("room.round", { r, n: last }), t("live.grace")];
    return [t("room.round", { r, n: last }), topic];
  }
  const { here, all } = counts(view);
  switch (event.phase) {
    case "draft": return [event.title, t("live.draft")];
    case "open": return [t("live.lobby"), t("live.gathering", { n: here, all })];
    case "closed": return [event.title, t("live.over")];
    default: return [t("live.plenary"), comingRound(view) ? t("live.between") : t("live.last_done")];
  }
}

// Actions

/** What is likely to be wanted now; all else is one press further, behind the three dots. */
function Actions({ view, give, show, onSay, onEnd }: Hand & { onSay: () => void; onEnd: () => void }) {
  const { clock, event } = view;
  const coming = comingRound(view);
  const message = <Action icon="broadcast" text={t("live.message")} onPress={onSay} />;
  const act = (command: AnyCommand) => () => void give(command);
  const more = <More items={() => moreItems({ view, give, show }, onEnd)} />;
  if (event.phase === "closed") return null;
  if (event.phase === "draft") {
    return <Action icon="door" text={t("live.open_doors")} look="btn-primary" onPress={act({ type: "OpenEvent" })} />;
  }
  if (clock.number === null) {
    return (
      <>
        {event.phase === "open" && <Action icon="gather" text={t("live.welcome")} onPress={act({ type: "CallBack", expects: null })} />}
        {event.phase === "rounds" && <Action icon="gather" text={t("live.call_back")} onPress={act({ type: "CallBack", expects: null })} />}
        {message}
        {more}
        {coming
          ? <Action icon="play" text={t("live.start_round", { r: coming.number })} look="btn-primary" onPress={act({ type: "StartRound", expects: coming.number, now: false })} />
          : <Action icon="plus" text={t("live.add_round")} onPress={() => void addRound({ view, give, show })} />}
      </>
    );
  }
  const expects = clock.number;
  const pause = clock.paused_at === null
    ? <Action icon="pause" fill text={t("live.pause")} onPress={act({ type: "Pause", expects })} />
    : <Action icon="play" fill text={t("live.go_on")} look="btn-lamp" onPress={act({ type: "Resume", expects })} />;
  if (clock.state === "announced") {
    return <>{pause}{message}{more}<Action icon="undo" text={t("live.cancel_move")} onPress={act({ type: "CancelMove", expects })} /></>;
  }
  return (
    <>
      {pause}
      <Action icon="timer" text={t("live.extend")} onPress={act({ type: "Extend", expects, seconds: 60 })} />
      {message}
      <Action icon="gather" text={t("live.call_back")} onPress={act({ type: "CallBack", expects })} />
      {more}
      {coming && <Action icon="skip" text={t("live.next_round")} look="btn-primary" onPress={act({ type: "StartRound", expects: coming.number, now: false })} />}
    </>
  );
}

function Action({ icon, text, look = "", fill = false, onPress }: {
  icon: IconName;
  text: string;
  look?: string;
  fill?: boolean;
  onPress: () => void;
}) {
  return <button class={`btn ${look}`} type="button" onClick={onPress}><Icon name={icon} size="s" fill={fill} />{text}</button>;
}

function More({ items }: { items: () => (MenuItem | "line")[] }) {
  return <MenuButton class="btn btn-icon" aria-label={t("live.more")} items={items}><Icon name="more" size="s" /></MenuButton>;
}

function moreItems(hand: Hand, onEnd: () => void): (MenuItem | "line")[] {
  const { view, give } = hand;
  const { number, state } = view.clock;
  const items: (MenuItem | "line")[] = [];
  if (number !== null && state === "running") {
    items.push(
      { label: t("live.shorten"), icon: "minus", onChoose: () => void give({ type: "Shorten", expects: number, seconds: 60 }) },
      { label: t("live.end_round"), icon: "clock", onChoose: () => void give({ type: "EndRound", expects: number }) },
    );
  }
  items.push({ label: t("live.add_round"), icon: "plus", onChoose: () => void addRound(hand) });
  items.push("line", { label: t("live.end"), icon: "leave", onChoose: onEnd });
  return items;
}

/** One more round like the last. */
async function addRound({ view, give, show }: Hand): Promise<void> {
  const rounds = Object.values(view.rounds).sort((a, b) => a.number - b.number);
  const like = rounds.at(-1);
  const round = { minutes: like?.minutes ?? 8, size: like?.size ?? 4, rooms: 0, topic: "", question: "", skipped: false };
  const number = (like?.number ?? 0) + 1;
  if (!(await give({ type: "AddRound", round }))) return;
  show(t("live.round_added", { r: number }), () => void give({ type: "SkipRound", number, skipped: true }));
}

// The run of the event

function RunLine(hand: Hand) {
  const [changing, change] = useState<RoundCard | null>(null);
  const rounds = Object.values(hand.view.rounds).sort((a, b) => a.number - b.number);
  return (
    <>
      <ol class="timeline" aria-label={t("live.timeline")}>
        {rounds.map((round) => <RoundStep key={round.number} hand={hand} round={round} onChange={() => change(round)} />)}
      </ol>
      {changing && <TopicDialog round={changing} give={hand.give} onClose={() => change(null)} />}
    </>
  );
}

function RoundStep({ hand: { view, give, show }, round, onChange }: { hand: Hand; round: RoundCard; onChange: () => void }) {
  const { number, minutes, topic, state } = round;
  const label = topic || t("live.open_talk");
  const when = round.starts_at === null ? "" : clockTime(round.starts_at, view.event.zone);
  const skip = async (skipped: boolean): Promise<void> => {
    if (!(await give({ type: "SkipRound", number, skipped }))) return;
    show(t(skipped ? "live.left_out" : "live.back_in", { r: number }), () => void give({ type: "SkipRound", number, skipped: !skipped }));
  };
  const items = (): MenuItem[] => [
    { label: t("live.change_topic"), icon: "edit", onChoose: onChange },
    state === "skipped"
      ? { label: t("live.take_back_in"), icon: "undo", onChoose: () => void skip(false) }
      : { label: t("live.skip_round"), icon: "skip", onChoose: () => void skip(true) },
  ];
  const open = (state === "to come" || state === "skipped") && view.event.phase !== "closed";
  return (
    <li
      class={state === "done" ? "done" : state === "skipped" ? "skipped" : undefined}
      aria-current={state === "now" ? "step" : undefined}
      data-round={roundColour(number)}
      style={{ "--mins": minutes, "--done": "0" }}
    >
      {open ? (
        <MenuButton class="seg" title={t("parts.round", { r: number })} items={items}>
          <b>{number}</b><span>{state === "skipped" ? t("live.skipped", { topic: label }) : label}</span>
        </MenuButton>
      ) : state === "now" ? <RunningSegment view={view} number={number} label={label} /> : (
        <span class="seg" title={label}><b>{number}</b><span>{label}</span></span>
      )}
      <span class="when">{state !== "skipped" && when}</span>
    </li>
  );
}

/** Fills as the round goes by, in steps of a hundredth. */
function RunningSegment({ view, number, label }: { view: HostView; number: number; label: string }) {
  const { store } = useSession();
  const total = (view.rounds[String(number)]?.minutes ?? 1) * MINUTE;
  const gone = useComputed(() => {
    const { clock } = store.host.value!;
    if (clock.state !== "running") return clock.state === "grace" ? 1 : 0;
    const part = 1 - (left(clock, store.now.value) ?? 0) / total;
    return Math.round(100 * Math.max(0, Math.min(1, part))) / 100;
  }).value;
  return <span class="seg" title={label} style={{ "--done": gone }}><b>{number}</b><span>{label}</span></span>;
}

// A message to everyone

function SayForm({ view, give, show, onClose }: Hand & { onClose: () => void }) {
  const [text, setText] = useState("");
  const send = async (submitted: SubmitEvent): Promise<void> => {
    submitted.preventDefault();
    if (!text.trim() || !(await give({ type: "SendMessage", id: crypto.randomUUID(), text: text.trim() }))) return;
    show(t("live.sent", { n: counts(view).here }));
    onClose();
  };
  return (
    <form class="say" aria-labelledby="say-title" onSubmit={(submitted) => void send(submitted)}>
      <h2 id="say-title">{t("live.say")}</h2>
      <label class="visually-hidden" for="say-text">{t("live.message")}</label>
      <textarea
        class="textarea" id="say-text" rows={2} maxLength={2000} placeholder={t("live.say_ph")} value={text}
        ref={(area) => { if (area && !text) area.focus(); }}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <div class="row row-wrap">
        <button class="btn btn-primary btn-s" type="submit"><Icon name="broadcast" size="s" />{t("live.send")}</button>
        <button class="btn btn-quiet btn-s push" type="button" onClick={onClose}>{t("page.close")}</button>
      </div>
    </form>
  );
}

