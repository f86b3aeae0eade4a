// The rooms and who is in them. A person is moved by drag, or by the menu on their name.
import { useEffect, useState } from "preact/hooks";
import { Icon } from "../parts/icon.tsx";
import type { MenuItem } from "../parts/menu.tsx";
import { Chip, type Drop, RoomCard } from "../parts/room-card.tsx";
import { Segmented } from "../parts/segmented.tsx";
import { Note } from "../parts/banner.tsx";
import { Confirm } from "../parts/dialog.tsx";
import type { HostView, ParticipantId, RoomNumber } from "../protocol.ts";
import { useSession } from "../session.ts";
import { number, t } from "../texts.ts";
import type { Give, Show } from "./console.tsx";
import { type BoardRoom, comingRound, destinations, effect, type Effect, inLobby, isTalking, roomsNow, roomsPlanned } from "./steering.ts";

interface Hand {
  view: HostView;
  give: Give;
  show: Show;
}

export function Board({ view, give, show }: Hand) {
  const [tab, setTab] = useState<"now" | "next">("now");
  const [wanted, setWanted] = useState("");
  const coming = comingRound(view);
  const next = tab === "next" && coming !== undefined;
  return (
    <section class="board" aria-labelledby="board-title">
      <div class="board-head">
        <h2 id="board-title" class="visually-hidden">{t("live.rooms")}</h2>
        {coming && (
          <Segmented legend={t("live.which")} hideLegend name="which" value={tab} onChange={setTab} options={[
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
      {next ? <Planned view={view} give={give} wanted={wanted} /> : <Present view={view} give={give} show={show} wanted={wanted} />}
    </section>
  );
}

/** The round to come, as the plan has it. */
function Planned({ view, give, wanted }: { view: HostView; give: Give; wanted: string }) {
  const rooms = roomsPlanned(view);
  const { numbers } = view;
  return (
    <>
      <Note tone="good" icon="shuffle">
        <p class="grow">{numbers.planned ? t("live.plan_note", { n: numbers.repeats, mean: number(numbers.mean, 1) }) : t("live.planning")}</p>
        <button class="btn btn-s" type="button" onClick={() => void give({ type: "MixAgain", seed: Math.floor(Math.random() * 2 ** 31) })}>
          <Icon name="shuffle" size="s" />{t("live.mix")}
        </button>
      </Note>
      <div class="room-cards">
        {rooms.map((room) => (
          <RoomCard key={room.number} number={room.number} badge={<span class="small muted push">{t("live.new_pairs", { n: newPairs(view, room) })}</span>}>
            {room.people.map((id) => <PlannedPerson key={id} view={view} id={id} found={matches(view, id, wanted)} />)}
          </RoomCard>
        ))}
      </div>
    </>
  );
}

function PlannedPerson({ view, id, found }: { view: HostView; id: ParticipantId; found: boolean }) {
  const person = view.people[id];
  return <li class={`chip-row planned${found ? " found" : ""}`}><span class="chip-name">{person?.name}</span>{person?.role && <span class="chip-role">{person.role}</span>}</li>;
}

/** Pairs of a planned room that have not met: those together now are taken as met. */
function newPairs(view: HostView, room: BoardRoom): number {
  return room.people.reduce((sum, id) => sum + effect(view, id, room).fresh, 0) / 2;
}

const matches = (view: HostView, id: ParticipantId, wanted: string): boolean =>
  wanted.trim() !== "" && (view.people[id]?.name ?? "").toLocaleLowerCase().includes(wanted.trim().toLocaleLowerCase());

/** Where people are, or will be in a moment. */
function Present({ view, give, show, wanted }: Hand & { wanted: string }) {
  const [dragged, drag] = useState<ParticipantId | null>(null);
  const [removing, remove] = useState<ParticipantId | null>(null);
  const rooms = roomsNow(view);
  const lobby = inLobby(view);
  const movable = view.clock.number !== null;
  useEffect(() => {
    if (dragged && !view.people[dragged]) drag(null);
  }, [view, dragged]);
  const move = (id: ParticipantId, to: RoomNumber | null): void => void moveTo({ view, give, show }, id, to);
  const people: People = { view, wanted, dragged, drag: movable ? drag : null, move: movable ? move : null, remove };
  return (
    <>
      {rooms.length > 0 && <p class="hint board-help">{t("live.drag_hint")}</p>}
      <div class="room-cards">
        {rooms.map((room) => <PresentRoom key={room.number} room={room} people={people} give={give} />)}
      </div>
      {(lobby.length > 0 || rooms.length === 0) && (
        <article class="room-card lobby-card" aria-labelledby="lobby-title"
          onDragOver={(event) => { if (dragged) event.preventDefault(); }}
          onDrop={(event) => { event.preventDefault(); if (dragged) move(dragged, null); }}>
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
  wanted: string;
  dragged: ParticipantId | null;
  drag: ((id: ParticipantId | null) => void) | null;
  move: ((id: ParticipantId, to: RoomNumber | null) => void) | null;
  remove: (id: ParticipantId) => void;
}

function PresentRoom({ room, people, give }: { room: BoardRoom; people: People; give: Give }) {
  const { view, dragged, move } = people;
  const { store } = useSession();
  const me = view.hosts[store.you.value?.id ?? ""];
  const here = room.people.filter((id) => view.people[id]?.presence === "here").length;
  const drop = dragged && !room.people.includes(dragged) ? dropOf(effect(view, dragged, room)) : null;
  const visiting = me?.visiting === room.number;
  const badge = room.helpAt !== null ? <span class="badge badge-lamp"><Icon name="hand" size="s" />{t("live.help_badge")}</span>
    : here < room.people.length ? <span class="badge">{t("live.of", { n: here, all: room.people.length })}</span> : undefined;
  return (
    <RoomCard
      number={room.number}
      need={room.helpAt !== null ? "help" : here < room.people.length ? "look" : undefined}
      badge={badge}
      action={isTalking(view) ? (
        <button class="btn btn-quiet btn-xs push" type="button" aria-label={t(visiting ? "live.leave_room" : "live.visit_room", { k: room.number })}
          onClick={() => void give({ type: "VisitRoom", room: visiting ? null : room.number })}>
          <Icon name="door" size="s" />{t(visiting ? "live.leave_visit" : "live.visit")}
        </button>
      ) : undefined}
      drop={drop}
      onDrop={() => { if (dragged) move?.(dragged, room.number); people.drag?.(null); }}
    >
      {room.people.map((id) => <PresentPerson key={id} id={id} people={people} help={room.helpAt !== null && view.rooms[room.number]?.help_by === id} />)}
      {room.visitors.length > 0 && <li class="hint">{t("live.visitors", { names: room.visitors.join(", ") })}</li>}
    </RoomCard>
  );
}

function PresentPerson({ id, people, help = false }: { id: ParticipantId; people: People; help?: boolean }) {
  const { store } = useSession();
  const { view, dragged, drag, move, remove, wanted } = people;
  const person = view.people[id];
  if (!person) return null;
  const away = person.presence === "away" || store.reconnecting.value.has(id);
  return (
    <Chip
      id={id}
      name={person.name}
      role={person.role}
      status={help ? "help" : away ? "away" : undefined}
      dragged={dragged === id || matches(view, id, wanted)}
      {...(drag && { onDragStart: () => drag(id), onDragEnd: () => drag(null) })}
      title={move ? t("live.move_to", { name: person.name }) : person.name}
      items={() => menu(view, id, move, remove)}
    />
  );
}

const SHOWN = 8;

function menu(view: HostView, id: ParticipantId, move: People["move"], remove: People["remove"]): (MenuItem | "line")[] {
  const items: (MenuItem | "line")[] = [];
  if (move) {
    for (const { room, effect } of destinations(view, id).slice(0, SHOWN)) {
      items.push({ label: t("room.room", { k: room.number }), ...noteOf(effect), onChoose: () => move(id, room.number) });
    }
    if (roomsNow(view).some(({ people }) => people.includes(id))) {
      items.push({ label: t("live.to_lobby"), icon: "gather", onChoose: () => move(id, null) });
    }
    items.push("line");
  }
  items.push({ label: t("live.remove"), icon: "leave", onChoose: () => remove(id) });
  return items;
}

const words = ({ fresh, again }: Effect): string =>
  again ? t(again === 1 ? "live.effect_one_repeat" : "live.effect_repeat", { n: fresh, m: again }) : t("live.effect", { n: fresh });
const dropOf = (found: Effect): Drop => ({ tone: found.again ? "bad" : "good", text: words(found) });
const noteOf = (found: Effect): { note: string; tone: "good" | "bad" } => ({ note: words(found), tone: found.again ? "bad" : "good" });

async function moveTo({ view, give, show }: Hand, id: ParticipantId, to: RoomNumber | null): Promise<void> {
  const expects = view.clock.number;
  if (expects === null) return;
  const from = roomsNow(view).find(({ people }) => people.includes(id))?.number ?? null;
  if (!(await give({ type: "MovePerson", expects, person: id, room: to }))) return;
  const name = view.people[id]?.name ?? "";
  const done = to === null ? t("live.moved_lobby", { name }) : t("live.moved", { name, k: to });
  show(done, () => void give({ type: "MovePerson", expects, person: id, room: from }));
}
