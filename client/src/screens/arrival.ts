import { useEffect, useRef } from "preact/hooks";
import type { Announcer } from "../announce.ts";

/** Puts the focus on the heading with this id when its screen has taken another's place. When `what` changes
 * later, the new heading is said; it gets the focus only if the button that had it is gone. The heading needs
 * `tabIndex={-1}`. */
export function useArrival(id: string, focus: boolean, announcer?: Announcer, what?: string): void {
  const settled = useRef(false);
  useEffect(() => {
    const heading = document.getElementById(id);
    const lost = settled.current && document.activeElement === document.body;
    if (lost || (!settled.current && focus)) heading?.focus({ preventScroll: true });
    else if (settled.current) announcer?.say({ text: heading?.textContent ?? "", urgent: false });
    settled.current = true;
  }, [what]);
}
