import type { ComponentChildren } from "preact";
import { t } from "../texts.ts";
import { Icon } from "./icon.tsx";
import { MenuButton, type MenuItem } from "./menu.tsx";
import { Avatar } from "./person.tsx";

export interface Drop {
  tone: "good" | "bad";
  /** "3 new, 1 repeat" */
  text: string;
}

/** A room on the board, with people as `Chip`s. While someone is dragged, `drop` shows what it would mean here. */
export function RoomCard({ number, need, badge, action, drop, onDrop, children }: {
  number: number;
  need?: "help" | "look" | undefined;
  badge?: ComponentChildren;
  action?: ComponentChildren;
  drop?: Drop | null;
  onDrop?: () => void;
  children: ComponentChildren;
}) {
  const id = `room-${number}`;
  const allow = (event: DragEvent): void => {
    if (drop) event.preventDefault();
  };
  const take = (event: DragEvent): void => {
    event.preventDefault();
    onDrop?.();
  };
  return (
    <article class="room-card" aria-labelledby={id} data-need={need} data-drop={drop?.tone} onDragOver={allow} onDrop={take}>
      <header>
        <h3 id={id}>{t("room.room", { k: number })}</h3>
        {badge}
        {action}
      </header>
      <ul>{children}</ul>
      {drop && <p class="drop-hint"><Icon name={drop.tone === "good" ? "check" : "warning"} size="s" />{drop.text}</p>}
    </article>
  );
}

/** A person in a room card: can be dragged, and pressed for the menu. */
export function Chip({ id, name, role, status, dragged = false, onDragStart, onDragEnd, title, items, children }: {
  id: string;
  name: string;
  role?: string;
  status?: "help" | "away" | undefined;
  dragged?: boolean;
  onDragStart?: () => void;
  onDragEnd?: () => void;
  /** Of the menu: "Move Marek to". */
  title: string;
  items: () => readonly (MenuItem | "line")[];
  children?: ComponentChildren;
}) {
  const start = (event: DragEvent): void => {
    event.dataTransfer?.setData("text/plain", name); // Firefox starts no drag without data.
    onDragStart?.();
  };
  return (
    <li class="chip-row">
      <MenuButton
        class="chip"
        title={title}
        items={items}
        draggable={onDragStart !== undefined}
        data-status={status}
        data-drag={dragged}
        onDragStart={start}
        onDragEnd={() => onDragEnd?.()}
      >
        <Avatar id={id} name={name} size="s" />
        <span class="chip-name">{name}</span>
        {role && <span class="chip-role">{role}</span>}
        {status === "help" && <><Icon name="hand" size="s" /><span class="visually-hidden">{t("parts.asked_help")}</span></>}
        {status === "away" && <><Icon name="refresh" size="s" /><span class="visually-hidden">{t("parts.reconnecting")}</span></>}
      </MenuButton>
      {children}
    </li>
  );
}

/** A room on the map of a large event: a number and a dot for each person. */
export function RoomCell({ number, people, need, label, onOpen }: {
  number: number;
  people: readonly ("here" | "gone" | "help")[];
  need?: "help" | "look" | undefined;
  /** The full names, for screen readers and as a tooltip. */
  label: string;
  onOpen: () => void;
}) {
  return (
    <button class="room-cell" type="button" data-need={need} aria-label={label} title={label} onClick={onOpen}>
      <span>{number}</span>
      <span class="cell-dots">{people.map((state, i) => <i key={i} class={state === "here" ? undefined : state} />)}</span>
    </button>
  );
}
