import { useComputed } from "@preact/signals";
import type { GuestView } from "../protocol.ts";
import { useSession } from "../session.ts";

/** What a guest's view says at a moment of event time, ms. The component is drawn again when that changes, not with
 * every tick. `read` uses nothing but its arguments, or what never changes. */
export function useTime<Value extends number | boolean>(read: (now: number, view: GuestView) => Value): Value {
  const { store } = useSession();
  return useComputed(() => read(store.now.value, store.guest.value!)).value;
}

/** ms rounded up to whole seconds, at least 0. */
export const wholeSeconds = (ms: number): number => Math.max(0, Math.ceil(ms / 1000) * 1000);
