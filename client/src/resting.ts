// No camera stays on where nobody can be met: when the call goes on in another window, after leaving, after the end.
import { effect, untracked } from "@preact/signals";
import type { Store } from "./store.ts";

/** For as long as these last. */
export function restWhenAlone(store: Store, call: { rest(on: boolean): void }): void {
  effect(() => {
    const view = store.guest.value ?? store.host.value;
    const over = store.connection.value.is === "closed" || view?.event.phase === "closed";
    const left = store.guest.value?.you.presence === "left";
    untracked(() => call.rest(over || left));
  });
}
