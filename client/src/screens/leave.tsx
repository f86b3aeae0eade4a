import { useSession } from "../session.ts";
import { Dialog } from "../parts/dialog.tsx";
import { t } from "../texts.ts";

/** Asks which kind of leaving is meant. `onBreak` is there when a break makes a difference: in a room. */
export function LeaveDialog({ onClose, onBreak }: { onClose: () => void; onBreak?: () => void }) {
  const { connection } = useSession();
  const leave = (): void => {
    onClose();
    void connection.do({ type: "Leave" });
  };
  return (
    <Dialog title={onBreak ? t("room.leave_ask") : t("room.leave_sure")} onClose={onClose}>
      <p class="muted">{onBreak ? t("room.leave_note") : t("room.leave_back")}</p>
      <div class="dialog-actions">
        {onBreak && <button class="btn btn-primary" type="button" onClick={onBreak}>{t("room.leave_break")}</button>}
        <button class="btn btn-danger-quiet" type="button" onClick={leave}>{t("room.leave_go")}</button>
        <button class="btn btn-quiet" type="button" onClick={onClose}>{t("room.leave_stay")}</button>
      </div>
    </Dialog>
  );
}
