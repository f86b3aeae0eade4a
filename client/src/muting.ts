// What a host mutes goes off here as well, and whoever turns it on again says so to the server, which holds it back.
import { effect } from "@preact/signals";
import type { Devices, Kind } from "./call.ts";
import type { Connection } from "./connection.ts";
import type { Store } from "./store.ts";

const KINDS: readonly Kind[] = ["audio", "video"];

/** For as long as these last. */
export function obeyHost(store: Store, connection: Connection, devices: Devices): void {
  const heeded = new Map<Kind, "off" | "asked">(); // of what is muted
  effect(() => {
    const muted = store.guest.value?.you.muted ?? [];
    for (const kind of KINDS) {
      const on = devices.tracks[kind].value !== null;
      const was = heeded.get(kind);
      if (!muted.includes(kind)) heeded.delete(kind);
      else if (!on) heeded.set(kind, "off");
      else if (!was) {
        heeded.set(kind, "off");
        void devices.set(false, kind);
      } else if (was === "off") {
        heeded.set(kind, "asked");
        void connection.do({ type: "UnmuteMe", medium: kind });
      }
    }
  });
}
