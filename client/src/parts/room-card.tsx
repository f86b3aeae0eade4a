import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { t } from "../texts.ts";
import { Icon } from "./icon.tsx";
import { MenuButton, type MenuItem } from "./menu.tsx";
import { Avatar } from "./person.tsx";

export interface Drop {
  tone: "good" | "bad";
  /** "3 new, 1 repeat" */
  text: string;
}

/** A room on the board, with people as `Chip`s. While someone is dragged, `drop` says what it would mean here,
 * in place of the action, and stands out where the pointer is. */
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
  const [over, setOver] = useState(false);
  const allow = (event: DragEvent): void => {
    if (!drop) return;
    event.preventDefault();
    setOver(true);
  };
  const leave = (event: DragEvent & { currentTarget: HTMLElement }): void => {
    if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
  };
  const take = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    onDrop?.();
  };
  return (
    <article class="room-card" aria-labelledby={id} data-need={need} data-drop={over ? drop?.tone : undefined}
      onDragEnter={allow} onDragOver={allow} onDragLeave={leave} onDrop={take}>
      <header>
        <h3 id={id}>{t("room.room", { k: number })}</h3>
        {badge}
        {drop ? <p class="drop-note push"><Icon name={drop.tone === "good" ? "check" : "warning"} size="s" />{drop.text}</p> : action}
      </header>
      <ul>{children}</ul>
    </article>
  );
}

/** A person in a room card: can be dragged, and pressed for the menu. The row is what is dragged, because
 * Firefox drags no button. */
export function Chip({ id, name, note, status, dragged = false, found = false, onDragStart, onDragEnd, title, items }: {
  id: string;
  name: string;
  /** At the end of the row: "Mentor". */
  note?: string;
  status?: "help" | "away" | undefined;
  dragged?: boolean;
  /** It is the one looked for. */
  found?: boolean;
  onDragStart?: () => void;
  onDragEnd?: () => void;
  /** Of the menu: "Move Marek to". */
  title: string;
  items: () => readonly (MenuItem | "line")[];
}) {
  const start = (event: DragEvent): void => {
    event.dataTransfer?.setData("text/plain", name); // Firefox starts no drag without data.
    onDragStart?.();
  };
  return (
    <li class={`chip-row${found ? " found" : ""}`} draggable={onDragStart !== undefined} onDragStart={start} onDragEnd={() => onDragEnd?.()}>
      <MenuButton class="chip" title={title} items={items} data-status={status} data-drag={dragged}>
        <Avatar id={id} name={name} size="s" />
        <span class="chip-name">{name}</span>
        {note && <span class="chip-role">{note}</span>}
        {status === "help" && <><Icon name="hand" size="s" /><span class="visually-hidden">{t("parts.asked_help")}</span></>}
        {status === "away" && <><Icon name="refresh" size="s" /><span class="visually-hidden">{t("parts.reconnecting")}</span></>}
      </MenuButton>
    </li>
  );
}
