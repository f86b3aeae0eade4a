import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { t } from "../texts.ts";

/** A native modal dialog: focus stays inside, Escape closes, focus goes back where it was. */
export function Dialog({ title, onClose, children }: {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby={id} onClose={onClose}>
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}

/** Asks before what cannot be undone. */
export function Confirm({ title, text, action, danger = false, onConfirm, onClose }: {
  title: string;
  text?: string;
  action: string;
  danger?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}) {
  const confirm = (): void => {
    onClose();
    onConfirm();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      {text && <p class="muted">{text}</p>}
      <div class="dialog-actions">
        <button class={`btn ${danger ? "btn-danger" : "btn-primary"}`} type="button" onClick={confirm}>{action}</button>
        <button class="btn btn-quiet" type="button" onClick={onClose}>{t("parts.cancel")}</button>
      </div>
    </Dialog>
  );
}
