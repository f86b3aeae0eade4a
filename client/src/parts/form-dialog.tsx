import type { ComponentChildren } from "preact";
import { t } from "../texts.ts";
import { Dialog } from "./dialog.tsx";

/** A dialog with fields. It closes once `onSave` says that it is done; else what was typed stays. */
export function FormDialog({ title, onSave, onClose, children }: {
  title: string;
  onSave: () => Promise<boolean>;
  onClose: () => void;
  children: ComponentChildren;
}) {
  const save = async (submitted: SubmitEvent): Promise<void> => {
    submitted.preventDefault();
    if (await onSave()) onClose();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form class="stack stack-4" onSubmit={(submitted) => void save(submitted)}>
        {children}
        <div class="dialog-actions">
          <button class="btn btn-primary" type="submit">{t("live.save")}</button>
          <button class="btn btn-quiet" type="button" onClick={onClose}>{t("parts.cancel")}</button>
        </div>
      </form>
    </Dialog>
  );
}
