import type { ComponentChildren } from "preact";

/** Up to two letters that stand for a name in any script; emoji and signs only when there is nothing else. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const lettered = words.filter((word) => /\p{L}/u.test(word));
  const chosen = lettered.length ? lettered : words;
  const [first, last] = [chosen[0], chosen.length > 1 ? chosen.at(-1) : undefined];
  return [first, last].map((word) => (word ? firstSign(word) : "")).join("").toLocaleUpperCase();
}

const signs = new Intl.Segmenter();

function firstSign(word: string): string {
  const all = [...signs.segment(word)].map((each) => each.segment);
  return all.find((sign) => /\p{L}/u.test(sign)) ?? all[0] ?? "";
}

/** The word people call each other by: "Amara". */
export const firstName = (name: string): string => name.trim().split(/\s+/)[0] ?? name;

/** One of eight colours, always the same for an id. */
export function tone(id: string): number {
  let sum = 0;
  for (const sign of id) sum = (sum * 31 + (sign.codePointAt(0) ?? 0)) % 9973;
  return (sum % 8) + 1;
}

export type AvatarSize = "xs" | "s" | "" | "l" | "xl";

/** Initials on the person's colour; decorative, the name stands beside it. */
export function Avatar({ id, name, size = "", away = false }: {
  id: string;
  name: string;
  size?: AvatarSize;
  away?: boolean;
}) {
  const looks = `avatar${size && ` avatar-${size}`}${away ? " away" : ""}`;
  return <span class={looks} data-tone={tone(id)} aria-hidden="true">{initials(name)}</span>;
}

/** A person in a list: avatar, name, a line below, and what the list puts at the end. */
export function Person({ id, name, line, away = false, size = "", children }: {
  id: string;
  name: string;
  line?: ComponentChildren;
  away?: boolean;
  size?: AvatarSize;
  children?: ComponentChildren;
}) {
  return (
    <span class="person">
      <Avatar id={id} name={name} size={size} away={away} />
      <span class="person-text grow">
        <span class="person-name clip">{name}</span>
        {line && <span class="person-line clip">{line}</span>}
      </span>
      {children}
    </span>
  );
}
