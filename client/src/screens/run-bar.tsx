// The bar that steers: the clock, what runs now, the run of the event, and the actions that fit the moment.
import { useState } from "preact/hooks";
import { left } from "../clock.ts";
import { Dialog } from "../parts/dialog.tsx";
import { TextField } from "../parts/field.tsx";
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

const MINUTE = 60_000;

export function RunBar({ view, give, show }: { view: HostView; give: Give; show: Show }) {
  const [saying, say] = useState(false);
  const { clock } = view;
  const [title, subtitle] = headline(view);
  return (
    <TimeBar
      ring={clock.state && <RunRing view={view} />}
      title={title}
      subtitle={subtitle}
      round={clock.number}
      paused={clock.paused_at !== null}
      timeline={<RunLine view={view} give={give} />}
      actions={<Actions view={view} give={give} onSay={() => say(!saying)} />}
    >
      {saying && <SayForm view={view} give={give} show={show} onClose={() => say(false)} />}
    </TimeBar>
  );
}

function RunRing({ view: { clock, rounds } }: { view: HostView }) {
  const { store } = useSession();
  const total = clock.state === "announced" ? 10_000 : (rounds[String(clock.number)]?.minutes ?? 0) * MINUTE;
  return (
    <Ring left={left(clock, store.now.value) ?? 0} total={total} round={clock.number ?? 1} size="m"
      paused={clock.paused_at !== null} />
  );
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

function Actions({ view, give, onSay }: { view: HostView; give: Give; onSay: () => void }) {
  const { clock, event } = view;
  const coming = comingRound(view);
  const message = <Action icon="broadcast" text={t("live.message")} onPress={onSay} />;
  const act = (command: AnyCommand) => () => void give(command);
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
        {coming
          ? <Action icon="play" text={t("live.start_round", { r: coming.number })} look="btn-primary" onPress={act({ type: "StartRound", expects: coming.number, now: false })} />
          : <Action icon="plus" text={t("live.add_round")} onPress={act(another(view))} />}
      </>
    );
  }
  const expects = clock.number;
  const pause = clock.paused_at === null
    ? <Action icon="pause" fill text={t("live.pause")} onPress={act({ type: "Pause", expects })} />
    : <Action icon="play" fill text={t("live.go_on")} look="btn-lamp" onPress={act({ type: "Resume", expects })} />;
  if (clock.state === "announced") {
    return <>{pause}{message}<Action icon="undo" text={t("live.cancel_move")} onPress={act({ type: "CancelMove", expects })} /></>;
  }
  return (
    <>
      {pause}
      <Action icon="timer" text={t("live.extend")} onPress={act({ type: "Extend", expects, seconds: 60 })} />
      {clock.state === "running" && <Action icon="minus" text={t("live.shorten")} onPress={act({ type: "Shorten", expects, seconds: 60 })} />}
      {message}
      <Action icon="gather" text={t("live.call_back")} onPress={act({ type: "CallBack", expects })} />
      {clock.state === "running" && <Action icon="clock" text={t("live.end_round")} onPress={act({ type: "EndRound", expects })} />}
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

/** One more round like the last. */
function another(view: HostView): AnyCommand {
  const like = Object.values(view.rounds).sort((a, b) => a.number - b.number).at(-1);
  return { type: "AddRound", round: { minutes: like?.minutes ?? 8, size: like?.size ?? 4, rooms: 0, topic: "", question: "", skipped: false } };
}

// The run of the event

function RunLine({ view, give }: { view: HostView; give: Give }) {
  const [changing, change] = useState<RoundCard | null>(null);
  const rounds = Object.values(view.rounds).sort((a, b) => a.number - b.number);
  return (
    <>
      <ol class="timeline" aria-label={t("parts.timeline")}>
        {rounds.map((round) => <RoundStep key={round.number} view={view} round={round} give={give} onChange={() => change(round)} />)}
        {view.event.phase !== "closed" && (
          <li class="timeline-add">
            <button class="btn btn-quiet btn-s btn-icon" type="button" aria-label={t("live.add_round")} onClick={() => void give(another(view))}>
              <Icon name="plus" size="s" />
            </button>
          </li>
        )}
      </ol>
      {changing && <TopicDialog round={changing} give={give} onClose={() => change(null)} />}
    </>
  );
}

function RoundStep({ view, round, give, onChange }: { view: HostView; round: RoundCard; give: Give; onChange: () => void }) {
  const { number, minutes, topic, state } = round;
  const label = topic || t("live.open_talk");
  const when = round.starts_at === null ? "" : clockTime(round.starts_at, view.event.zone);
  const skip = (skipped: boolean) => (): void => void give({ type: "SkipRound", number, skipped });
  const items = (): MenuItem[] => [
    { label: t("live.change_topic"), icon: "edit", onChoose: onChange },
    state === "skipped"
      ? { label: t("live.take_back_in"), icon: "undo", onChoose: skip(false) }
      : { label: t("live.skip_round"), icon: "skip", onChoose: skip(true) },
  ];
  return (
    <li
      class={state === "done" ? "done" : state === "skipped" ? "skipped" : undefined}
      aria-current={state === "now" ? "step" : undefined}
      data-round={roundColour(number)}
      style={{ "--mins": minutes, "--done": "0" }}
    >
      {state === "to come" || state === "skipped" ? (
        <MenuButton class="seg" title={t("parts.round", { r: number })} items={items}>
          <b>{number}</b><span>{state === "skipped" ? t("live.skipped", { topic: label }) : label}</span>
        </MenuButton>
      ) : state === "now" ? <RunningSegment view={view} number={number} label={label} /> : (
        <span class="seg"><b>{number}</b><span>{label}</span></span>
      )}
      <span class="when">{when}</span>
    </li>
  );
}

/** Fills as the round goes by; alone follows the ticking clock. */
function RunningSegment({ view, number, label }: { view: HostView; number: number; label: string }) {
  const { store } = useSession();
  const total = (view.rounds[String(number)]?.minutes ?? 1) * MINUTE;
  const gone = view.clock.state === "running" ? 1 - (left(view.clock, store.now.value) ?? 0) / total : view.clock.state === "grace" ? 1 : 0;
  return <span class="seg" style={{ "--done": Math.max(0, Math.min(1, gone)).toFixed(2) }}><b>{number}</b><span>{label}</span></span>;
}

export function TopicDialog({ round, give, onClose }: { round: RoundCard; give: Give; onClose: () => void }) {
  const [topic, setTopic] = useState(round.topic);
  const [question, setQuestion] = useState(round.question);
  const save = async (submitted: SubmitEvent): Promise<void> => {
    submitted.preventDefault();
    if (await give({ type: "SetTopic", number: round.number, topic, question })) onClose();
  };
  return (
    <Dialog title={t("live.topic_of", { r: round.number })} onClose={onClose}>
      <form class="stack stack-4" onSubmit={(submitted) => void save(submitted)}>
        <TextField id="topic" label={t("room.topic")} value={topic} onInput={setTopic} maxLength={200} />
        <TextField id="question" label={t("live.question")} value={question} onInput={setQuestion} maxLength={500} />
        <div class="dialog-actions">
          <button class="btn btn-primary" type="submit">{t("live.save")}</button>
          <button class="btn btn-quiet" type="button" onClick={onClose}>{t("parts.cancel")}</button>
        </div>
      </form>
    </Dialog>
  );
}

// A message to everyone

function SayForm({ view, give, show, onClose }: { view: HostView; give: Give; show: Show; onClose: () => void }) {
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

