// Applies one change to a view, as rooms.views.follow does on the server: per table, keys set and keys dropped.
import type { Change } from "./protocol.ts";

type Table = { [key: string]: unknown };

/** The view after the change. Untouched tables keep their identity, so what draws them need not redraw. */
export function follow<V extends object>(view: V, change: Change): V {
  const next = { ...view } as { [table: string]: Table };
  for (const [table, keys] of Object.entries(change.drop)) {
    const dropped = new Set(keys);
    next[table] = Object.fromEntries(Object.entries(next[table] ?? {}).filter(([key]) => !dropped.has(key)));
  }
  for (const [table, values] of Object.entries(change.set)) next[table] = { ...next[table], ...values };
  return next as V;
}
