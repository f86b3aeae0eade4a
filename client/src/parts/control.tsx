import { t } from "../texts.ts";
import { Icon, type IconName } from "./icon.tsx";

/** A round button of a call, with its word below. */
export function Control({ id, icon, label, pressed, leave = false, badge = 0, onPress }: {
  id?: string;
  icon: IconName;
  label: string;
  pressed?: boolean;
  leave?: boolean;
  badge?: number;
  onPress: () => void;
}) {
  return (
    <button id={id} class={`callbar-btn${leave ? " leave" : ""}`} type="button" aria-pressed={pressed} onClick={onPress}>
      <span class="disc">
        <Icon name={icon} />
        {badge > 0 && (
          <span class="count count-lamp pip">
            <span aria-hidden="true">{badge}</span>
            <span class="visually-hidden">{t("room.unread", { n: badge })}</span>
          </span>
        )}
      </span>
      {label}
    </button>
  );
}
