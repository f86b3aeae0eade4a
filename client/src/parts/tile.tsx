import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { t } from "../texts.ts";
import { Icon, type IconName } from "./icon.tsx";
import { Avatar, firstName, tone } from "./person.tsx";
import { Picture } from "./picture.tsx";

/** One person in the room. Without a picture it has the same place and size. */
export function Tile({ id, name, line, you = false, speaking = false, muted = false, reconnecting = false, flags, action, media }: {
  id: string;
  name: string;
  line?: string;
  you?: boolean;
  speaking?: boolean;
  muted?: boolean;
  reconnecting?: boolean;
  /** `TileFlag`s. */
  flags?: ComponentChildren;
  /** A round button at the end of the name plate, class "tile-act". */
  action?: ComponentChildren;
  /** Their voice, and their picture while there is one. */
  media?: Media | undefined;
}) {
  const [shown, setShown] = useState(false);
  return (
    <li
      class="tile"
      data-tone={tone(id)}
      data-off={!shown || undefined}
      data-self={you || undefined}
      data-speaking={speaking}
      data-lost={reconnecting}
    >
      {media && <Picture {...media} own={you} onShown={setShown} />}
      <div class="tile-center">
        {!shown && <Avatar id={id} name={name} size="xl" away={reconnecting} />}
        {reconnecting && (
          <p class="tile-flag"><Icon name="refresh" />{t("room.lost", { name: firstName(name) })}</p>
        )}
      </div>
      <div class="tile-flags">{flags}</div>
      <div class="tile-plate">
        <div class="tile-name">
          <b>
            {speaking && <Speaking />}
            {muted && <><Icon name="mic-off" /><span class="visually-hidden">{t("parts.muted")}</span></>}
            <span class="clip">{you ? t("parts.you") : name}</span>
          </b>
          {!you && line && <span class="line">{line}</span>}
        </div>
        {action}
      </div>
    </li>
  );
}

export interface Media {
  stream: MediaStream;
  since: number;
  onBlocked?: (again: () => void) => void;
}

function Speaking() {
  return (
    <>
      <span class="talk" aria-hidden="true"><i /><i /><i /></span>
      <span class="visually-hidden">{t("parts.speaking")}</span>
    </>
  );
}

/** "First meeting", "Met in round 1", "Help is coming". */
export function TileFlag({ icon, first = false, children }: {
  icon?: IconName;
  first?: boolean;
  children: ComponentChildren;
}) {
  return <span class={`tile-flag${first ? " first" : ""}`}>{icon && <Icon name={icon} />}{children}</span>;
}
