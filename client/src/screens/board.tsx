// The rooms and who is in them. A person is moved by drag, or by the menu on their name.
import { useEffect, useState } from "preact/hooks";
import { Note } from "../parts/banner.tsx";
import { Confirm } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import type { MenuItem } from "../parts/menu.tsx";
import { Avatar, firstName } from "../parts/person.tsx";
import { Chip, type Drop, RoomCard } from "../parts/room-card.tsx";
import { Segmented } from "../parts/segmented.tsx";
import type { HostView, Medium, ParticipantId, RoomNumber, RoundCard, RoundNumber } from "../protocol.ts";
import { useSession } from "../session.ts";
import { names, number, t } from "../texts.ts";
import type { Give, Show } from "./console.tsx";
import {
  type BoardRoom, comingRound, destinations, effect, type Effect, found, inLobby, isTalking, newPairs, roleWorthSaying,
  roomsNow, roomsPlanned,
} from "./steering.ts";
import { TopicDialog } from "./topic-dialog.tsx";

interface Hand {
  view: HostView;
  give: Give;
  show: Show;
}

export function Board({ view, give, show }: Hand) {
  // Once the round that was looked at is announced, it is what happens now.
  const [ahead, lookAhead] = useState<RoundNumber | null>(null);
  const [wanted, setWanted] = useState("");
  const coming = comingRound(view);
  const next = coming && coming.number === ahead ? coming : null;
  const marked = new Set(found(view, wanted));
  return (
    <section class="board" aria-labelledby="board-title">
      <div class="board-head">
        <h2 id="board-title" class="visually-hidden">{t("live.rooms")}</h2>
        {coming && (
          <Segmented legend={t("live.which")} hideLegend name="which" value={next ? "next" : "now"}
            onChange={(which) => lookAhead(which === "next" ? coming.number : null)} options={[
              { value: "now", label: t("live.now") },
              { value: "next", label: t("live.next", { r: coming.number }) },
            ]} />
        )}
        <div class="input-with board-find">
          <Icon name="search" size="s" />
          <label class="visually-hidden" for="find">{t("live.find")}</label>
          <input class="input input-s" id="find" type="search" placeholder={t("live.find")} value={wanted}
            onInput={(event) => setWanted(event.currentTarget.value)} />
        </div>
      </div>
      <p class="visually-hidden" role="status">{wanted.trim() && where(view, [...marked], next ? roomsPlanned(view) : roomsNow(view))}</p>
      {next
        ? <Planned view={view} give={give} show={show} round={next} marked={marked} />
        : <Present view={view} give={give} show={show} marked={marked} />}
    </section>
  );
}

const TOLD = 3;

/** Where those found are, for whoever does not see them marked. */
function where(view: HostView, people: readonly ParticipantId[], rooms: readonly BoardRoom[]): string {
  if (people.length === 0) return t("live.found_nobody");
  if (people.length > TOLD) return t("live.found", { n: people.length });
  return people.map((id) => {
    const name = view.people[id]?.name ?? "";
    const room = rooms.find((each) => each.people.includes(id));
    return room ? t("live.found_room", { name, k: room.number }) : t("live.found_no_room", { name });
  }).join(" ");
}

/** The round to come, as the plan has it. */
function Planned({ view, give, show, round, marked }: Hand & { round: RoundCard; marked: ReadonlySet<ParticipantId> }) {
  const [changing, change] = useState(false);
  const { numbers } = view;
  const skip = async (): Promise<void> => {
    if (await give({ type: "SkipRound", number: round.number, skipped: true })) {
      show(t("live.left_out", { r: round.number }), () => void give({ type: "SkipRound", number: round.number, skipped: false }));
    }
  };
  return (
    <>
      <Note tone="good" icon="shuffle">
        <p class="grow">
          <b>{round.topic || t("live.open_talk")}.</b>{" "}
          {numbers.planned ? t("live.plan_note", { n: numbers.repeats, mean: number(numbers.mean, 1) }) : t("live.planning")}
        </p>
        <button class="btn btn-s" type="button" onClick={() => void give({ type: "MixAgain", seed: Math.floor(Math.random() * 2 ** 31) })}>
          <Icon name="shuffle" size="s" />{t("live.mix")}
        </button>
      </Note>
      <div class="row row-wrap">
        <button class="btn btn-quiet btn-s" type="button" onClick={() => change(true)}><Icon name="edit" size="s" />{t("live.change_topic")}</button>
        <button class="btn btn-quiet btn-s" type="button" onClick={() => void skip()}><Icon name="skip" size="s" />{t("live.skip_round")}</button>
      </div>
      <div class="room-cards">
        {roomsPlanned(view).map((room) => (
          <RoomCard key={room.number} number={room.number} badge={<span class="small muted push">{t("live.new_pairs", { n: newPairs(view, room) })}</span>}>
            {room.people.map((id) => <PlannedPerson key={id} view={view} id={id} marked={marked.has(id)} />)}
          </RoomCard>
        ))}
      </div>
      {changing && <TopicDialog round={round} give={give} onClose={() => change(false)} />}
    </>
  );
}

function PlannedPerson({ view, id, marked }: { view: HostView; id: ParticipantId; marked: boolean }) {
  const name = view.people[id]?.name ?? "";
  const role = roleWorthSaying(view, id);
  return (
    <li class={`chip-row planned${marked ? " found" : ""}`}>
      <Avatar id={id} name={name} size="s" />
      <span class="chip-name clip">{name}</span>
      {role && <span class="chip-role">{role}</span>}
    </li>
  );
}

/** Where people are, or will be in a moment. */
function Present({ view, give, show, marked }: Hand & { marked: ReadonlySet<ParticipantId> }) {
  const [dragged, drag] = useState<ParticipantId | null>(null);
  const [removing, remove] = useState<ParticipantId | null>(null);
  const rooms = roomsNow(view);
  const lobby = inLobby(view);
  const movable = view.clock.number !== null;
  useEffect(() => {
    if (dragged && !view.people[dragged]) drag(null);
  }, [view, dragged]);
  const move = (id: ParticipantId, to: RoomNumber | null): void => void moveTo({ view, give, show }, id, to);
  const { call } = useSession();
  const mute = (id: ParticipantId, medium: Medium): void => void muteGuest({ view, give, show }, id, medium);
  const people: People = {
    view, marked, dragged, drag: movable ? drag : null, move: movable ? move : null, remove, mute: call.value?.works.value ? mute : null,
  };
  const toLobby = (event: DragEvent): void => {
    event.preventDefault();
    if (dragged && !lobby.includes(dragged)) move(dragged, null);
    drag(null);
  };
  return (
    <>
      {rooms.length > 0 && <p class="hint board-help">{t("live.drag_hint")}</p>}
      <div class="room-cards">
        {rooms.map((room) => <PresentRoom key={room.number} room={room} people={people} give={give} />)}
      </div>
      {(lobby.length > 0 || rooms.length === 0 || dragged !== null) && (
        <article class="room-card lobby-card" aria-labelledby="lobby-title"
          onDragOver={(event) => { if (dragged) event.preventDefault(); }} onDrop={toLobby}>
          <header><h3 id="lobby-title">{t("live.in_lobby")}</h3><span class="count">{lobby.length}</span></header>
          {lobby.length === 0 && <p class="hint">{t(view.event.phase === "draft" ? "live.lobby_shut" : "live.lobby_empty")}</p>}
          <ul>{lobby.map((id) => <PresentPerson key={id} id={id} people={people} />)}</ul>
        </article>
      )}
      {removing && (
        <Confirm title={t("live.remove_ask", { name: view.people[removing]?.name ?? "" })} text={t("live.remove_note")}
          action={t("live.remove")} danger onClose={() => remove(null)}
          onConfirm={() => void give({ type: "RemovePerson", person: removing })} />
      )}
    </>
  );
}

interface People {
  view: HostView;
  marked: ReadonlySet<ParticipantId>;
  dragged: ParticipantId | null;
  drag: ((id: ParticipantId | null) => void) | null;
  move: ((id: ParticipantId, to: RoomNumber | null) => void) | null;
  remove: (id: ParticipantId) => void;
  mute: ((id: ParticipantId, medium: Medium) => void) | null;
}

function PresentRoom({ room, people, give }: { room: BoardRoom; people: People; give: Give }) {
  const { view, dragged, move } = people;
  const { store } = useSession();
  const me = view.hosts[store.you.value?.id ?? ""];
  const here = room.people.filter((id) => view.people[id]?.presence === "here").length;
  const drop = dragged && !room.people.includes(dragged) ? dropOf(view, effect(view, dragged, room)) : null;
  const visiting = me?.visiting === room.number;
  const badge = room.helpAt !== null ? <span class="badge badge-lamp"><Icon name="hand" size="s" />{t("live.help_badge")}</span>
    : here < room.people.length ? <span class="badge">{t("live.of", { n: here, all: room.people.length })}</span> : undefined;
  return (
    <RoomCard
      number={room.number}
      need={room.helpAt !== null ? "help" : undefined}
      badge={badge}
      action={isTalking(view) ? (
        <button class="btn btn-quiet btn-xs push" type="button" aria-label={t(visiting ? "live.leave_room" : "live.visit_room", { k: room.number })}
          onClick={() => void give({ type: "VisitRoom", room: visiting ? null : room.number })}>
          <Icon name="door" size="s" />{t(visiting ? "live.leave_visit" : "live.visit")}
        </button>
      ) : undefined}
      drop={drop}
      onDrop={() => { if (dragged && drop) move?.(dragged, room.number); people.drag?.(null); }}
    >
      {room.people.map((id) => <PresentPerson key={id} id={id} people={people} help={room.helpAt !== null && view.rooms[room.number]?.help_by === id} />)}
      {room.visitors.length > 0 && <li class="hint visitors">{t("live.visitors", { names: names(room.visitors) })}</li>}
    </RoomCard>
  );
}

function PresentPerson({ id, people, help = false }: { id: ParticipantId; people: People; help?: boolean }) {
  const { store } = useSession();
  const { view, dragged, drag, move, marked } = people;
  const person = view.people[id];
  if (!person) return null;
  const away = person.presence === "away" || store.reconnecting.value.has(id);
  const muted = person.muted.includes("audio");
  const note = person.sits_out ? t("live.sits_out") : person.waits ? t("live.waits") : muted ? t("live.muted") : roleWorthSaying(view, id);
  return (
    <Chip
      id={id}
      name={person.name}
      {...(note && { note })}
      status={help ? "help" : away ? "away" : undefined}
      dragged={dragged === id}
      found={marked.has(id)}
      {...(drag && { onDragStart: () => drag(id), onDragEnd: () => drag(null) })}
      title={move ? t("live.move_to", { name: person.name }) : person.name}
      items={() => menu(people, id)}
    />
  );
}

function menu({ view, move, mute, remove }: People, id: ParticipantId): (MenuItem | "line")[] {
  const items: (MenuItem | "line")[] = [];
  if (move) {
    for (const { room, effect } of destinations(view, id)) {
      items.push({ label: t("room.room", { k: room.number }), ...noteOf(view, effect), onChoose: () => move(id, room.number) });
    }
    if (roomsNow(view).some(({ people }) => people.includes(id))) {
      items.push({ label: t("live.to_lobby"), icon: "gather", onChoose: () => move(id, null) });
    }
    items.push("line");
  }
  const muted = view.people[id]?.muted ?? [];
  if (mute && !muted.includes("audio")) items.push({ label: t("live.mute"), icon: "mic-off", onChoose: () => mute(id, "audio") });
  if (mute && !muted.includes("video")) items.push({ label: t("live.mute_camera"), icon: "camera-off", onChoose: () => mute(id, "video") });
  items.push({ label: t("live.remove"), icon: "leave", onChoose: () => remove(id) });
  return items;
}

function words(view: HostView, { fresh, again }: Effect): string {
  const [first, ...more] = again;
  if (first === undefined) return t("live.effect", { n: fresh });
  if (more.length) return t("live.effect_repeat", { n: again.length, fresh });
  return t("live.effect_one_repeat", { n: fresh, name: firstName(view.people[first]?.name ?? "") });
}

const toneOf = ({ again }: Effect): "good" | "bad" => (again.length ? "bad" : "good");
const dropOf = (view: HostView, found: Effect): Drop => ({ tone: toneOf(found), text: words(view, found) });
const noteOf = (view: HostView, found: Effect) => ({ note: words(view, found), tone: toneOf(found) });

async function moveTo({ view, give, show }: Hand, id: ParticipantId, to: RoomNumber | null): Promise<void> {
  const expects = view.clock.number;
  if (expects === null) return;
  const from = roomsNow(view).find(({ people }) => people.includes(id))?.number ?? null;
  if (!(await give({ type: "MovePerson", expects, person: id, room: to }))) return;
  const name = view.people[id]?.name ?? "";
  const done = to === null ? t("live.moved_lobby", { name }) : t("live.moved", { name, k: to });
  show(done, () => void give({ type: "MovePerson", expects, person: id, room: from }));
}

async function muteGuest({ view, give, show }: Hand, person: ParticipantId, medium: Medium): Promise<void> {
  if (await give({ type: "MuteGuest", person, medium })) show(t("live.muted_now", { name: view.people[person]?.name ?? "" }));
}
