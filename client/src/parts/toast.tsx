import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { t } from "../texts.ts";
import { Icon } from "./icon.tsx";

export interface ToastText {
  text: string;
  undo?: () => void;
}

const SHOWN_MS = 10_000;

/** One line at the foot of the page for 10 s; longer while it holds the focus. */
export function Toast({ toast, onGone }: { toast: ToastText; onGone: () => void }) {
  const [held, hold] = useState(false);
  const line = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    line.current?.hidePopover();
    line.current?.showPopover(); // on top of everything, also of a dialog that was opened since
  }, [toast]);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(onGone, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [toast, held]);
  const undo = (): void => {
    onGone();
    toast.undo?.();
  };
  return (
    <div ref={line} class="toast" popover="manual" role="status" onFocusIn={() => hold(true)} onFocusOut={() => hold(false)}>
      <p>{toast.text}</p>
      {toast.undo ? (
        <button class="btn btn-s" type="button" onClick={undo}><Icon name="undo" size="s" />{t("parts.undo")}</button>
      ) : (
        <button class="btn btn-s btn-icon btn-quiet" type="button" onClick={onGone} aria-label={t("page.close")}>
          <Icon name="close" size="s" />
        </button>
      )}
    </div>
  );
}

/** `[toast, show]`: put the first into the page, call the second. A new toast takes the place of the old. */
export function useToast() {
  const [toast, show] = useState<ToastText | null>(null);
  const element = toast && <Toast toast={toast} onGone={() => show(null)} />;
  return [element, (text: string, undo?: () => void) => show(undo ? { text, undo } : { text })] as const;
}
