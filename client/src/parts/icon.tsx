import sprite from "../icons.svg?url";

export type IconName =
  | "mic" | "mic-off" | "camera" | "camera-off" | "hand" | "help" | "chat" | "people" | "person"
  | "person-plus" | "timer" | "extend" | "play" | "pause" | "skip" | "gather" | "broadcast" | "shuffle"
  | "lock" | "unlock" | "pin" | "star" | "contact" | "exchange" | "leave" | "settings" | "download"
  | "upload" | "link" | "copy" | "qr" | "check" | "check-circle" | "warning" | "info" | "close" | "plus"
  | "minus" | "down" | "up" | "right" | "left" | "arrow-right" | "more" | "drag" | "search" | "calendar"
  | "table" | "grid" | "dots" | "print" | "mail" | "globe" | "sun" | "moon" | "speaker" | "signal"
  | "signal-low" | "offline" | "refresh" | "eye" | "eye-off" | "undo" | "demo" | "apart" | "together"
  | "door" | "heart" | "note" | "clock" | "expand" | "panel" | "send" | "topic" | "chart" | "edit"
  | "trash" | "tabs" | "shield" | "captions" | "thumb";

/** A symbol of the sprite, decorative: whatever holds it has a name in words. */
export function Icon({ name, size = "", fill = false }: { name: IconName; size?: "" | "s" | "l"; fill?: boolean }) {
  const looks = `icon${size && ` icon-${size}`}${fill ? " icon-fill" : ""}`;
  return (
    <svg class={looks} aria-hidden="true">
      <use href={`${sprite}#i-${name}`} />
    </svg>
  );
}
