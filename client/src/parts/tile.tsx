import type { ComponentChildren } from "preact";
import { t } from "../texts.ts";
import { Icon, type IconName } from "./icon.tsx";
import { Avatar, firstName, tone } from "./person.tsx";

/** One person in the room. Without a picture it has the same place and size. */
export function Tile({ id, name, line, you = false, mirrored = you, speaking = false, muted = false, reconnecting = false, flags, action, media = NONE }: {
  id: string;
  name: string;
  line?: string;
  you?: boolean;
  /** As in a mirror, as one knows oneself. */
  mirrored?: boolean;
  speaking?: boolean;
  muted?: boolean;
  reconnecting?: boolean;
  /** `TileFlag`s. */
  flags?: ComponentChildren;
  /** A round button at the end of the name plate, class "tile-act". */
  action?: ComponentChildren;
  media?: Media;
}) {
  const { shown } = media;
  return (
    <li
      class="tile"
      data-tone={tone(id)}
      data-off={!shown || undefined}
      data-self={mirrored || undefined}
      data-speaking={speaking}
      data-lost={reconnecting}
    >
      {media.picture}
      <div class="tile-center">
        {!shown && <Avatar id={id} name={name} size="xl" away={reconnecting} />}
        {reconnecting && (
          <p class="tile-flag"><Icon name="refresh" />{t("room.lost", { name: firstName(name) })}</p>
        )}
        {media.stopped && !shown && !reconnecting && (
          <p class="tile-flag"><Icon name="signal-low" />{t("room.weak")}</p>
        )}
      </div>
      <div class="tile-flags">{flags}</div>
      <div class="tile-plate">
        <div class="tile-name">
          <b>
            {speaking && <Speaking />}
            {media.unseen && !reconnecting && <Unseen />}
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

/** What is seen and heard of somebody. */
export interface Media {
  /** Their voice comes by it as well. */
  picture?: ComponentChildren;
  /** Whether the picture is surely theirs, and moves. */
  shown: boolean;
  /** There could be a picture, and is none. */
  unseen: boolean;
  /** Your own connection does not carry it for now. */
  stopped?: boolean;
}

const NONE: Media = { shown: false, unseen: false };

const Unseen = () => (
  <span class="unseen"><Icon name="camera-off" /><span class="visually-hidden">{t("parts.unseen")}</span></span>
);

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
