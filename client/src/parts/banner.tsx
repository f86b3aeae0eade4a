import type { ComponentChildren } from "preact";
import { t } from "../texts.ts";
import { Icon, type IconName } from "./icon.tsx";

/** A notice over the room or page. At most one at a time: message, then 30 s, then others. It is not a live
 * region: `announce.ts` speaks. */
export function Banner({ icon, lamp = false, title, children, action, onDismiss }: {
  icon: IconName;
  lamp?: boolean;
  title?: string;
  children?: ComponentChildren;
  action?: ComponentChildren;
  onDismiss?: () => void;
}) {
  return (
    <div class={`banner${lamp ? " banner-lamp" : ""}`}>
      <Icon name={icon} />
      <p class="grow">{title && <span class="banner-title">{title} </span>}{children}</p>
      {action}
      {onDismiss && (
        <button class="btn btn-icon btn-s btn-quiet" type="button" aria-label={t("parts.dismiss")} onClick={onDismiss}>
          <Icon name="close" size="s" />
        </button>
      )}
    </div>
  );
}

/** A line inside a card that tells something true now. */
export function Note({ icon, tone = "", children }: {
  icon: IconName;
  tone?: "" | "good" | "lamp" | "danger";
  children: ComponentChildren;
}) {
  return <div class={`note${tone && ` note-${tone}`}`}><Icon name={icon} />{children}</div>;
}
