import type { ButtonHTMLAttributes, ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon, type IconName } from "./icon.tsx";

export interface MenuItem {
  label: string;
  onChoose: () => void;
  icon?: IconName;
  /** At the end of the line: "3 new, 1 repeat". */
  note?: string;
  tone?: "good" | "bad";
  disabled?: boolean;
}

type Trigger = Omit<ButtonHTMLAttributes, "onClick" | "children" | "title">;

/** A button that opens a menu below it, or above where there is no room. Enter or arrow down opens, arrows,
 * Home and End move, Escape closes and gives focus back. `items` is asked when the menu opens. */
export function MenuButton({ title, items, children, ...trigger }: Trigger & {
  title?: string;
  items: () => readonly (MenuItem | "line")[];
  children: ComponentChildren;
}) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    setOpen(true);
  };
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    <>
      <button
        type="button"
        aria-haspopup="menu"
        aria-expanded={open}
        {...trigger}
        ref={button}
        onClick={() => setOpen(!open)}
        onKeyDown={onKeyDown}
      >
        {children}
      </button>
      {open && button.current && <Menu title={title} items={items()} trigger={button.current} onClose={close} />}
    </>
  );
}

function Menu({ title, items, trigger, onClose }: {
  title: string | undefined;
  items: readonly (MenuItem | "line")[];
  trigger: HTMLButtonElement;
  onClose: () => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const menu = box.current;
    if (!menu) return;
    menu.showPopover();
    place(menu, trigger.getBoundingClientRect());
    buttons(menu)[0]?.focus();
    // As the popover's own button, a press on it does not dismiss the menu only to open it again. Not before
    // the press that opened it is over, which would close it.
    const later = setTimeout(() => (trigger.popoverTargetElement = menu));
    return () => clearTimeout(later);
  }, []);
  const onKeyDown = (event: KeyboardEvent & { currentTarget: HTMLElement }): void => {
    if (event.key === "Tab") onClose();
    else step(event, buttons(event.currentTarget));
  };
  const choose = (item: MenuItem): void => {
    onClose();
    item.onChoose();
  };
  return (
    <div
      ref={box}
      class="menu popover"
      popover="auto"
      onToggle={(event) => event.newState === "closed" && onClose()}
      onKeyDown={onKeyDown}
    >
      {title && <p class="menu-title" id={id}>{title}</p>}
      <div role="menu" aria-labelledby={title ? id : undefined}>
        {items.map((item, i) => item === "line" ? <hr key={i} /> : (
          <button key={i} type="button" role="menuitem" tabIndex={-1} disabled={item.disabled} onClick={() => choose(item)}>
            {item.icon && <Icon name={item.icon} size="s" />}
            {item.label}
            {item.note && <span class={`push ${item.tone ?? ""}`}>{item.note}</span>}
          </button>
        ))}
      </div>
    </div>
  );
}

const buttons = (menu: Element): HTMLButtonElement[] => [
  ...menu.querySelectorAll<HTMLButtonElement>("[role=menuitem]:not(:disabled)"),
];

function step(event: KeyboardEvent, all: HTMLButtonElement[]): void {
  const at = all.indexOf(document.activeElement as HTMLButtonElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  all.at(to % all.length)?.focus();
}

const GAP = 4;

function place(menu: HTMLElement, near: DOMRect): void {
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = near.bottom + GAP + height <= innerHeight;
  const top = below ? near.bottom + GAP : Math.max(GAP, near.top - GAP - height);
  const left = Math.max(GAP, Math.min(near.left, innerWidth - width - GAP));
  Object.assign(menu.style, { top: `${top}px`, left: `${left}px` });
}
