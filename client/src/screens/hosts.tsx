// Hosts whom a guest sees and hears: those who visit the room, and the one who speaks to everyone. And what a host
// has turned off. Fetched with the other parts of a call.
import { useEffect } from "preact/hooks";
import type { Call } from "../call.ts";
import { Banner } from "../parts/banner.tsx";
import { Tile, TileFlag } from "../parts/tile.tsx";
import type { GuestView } from "../protocol.ts";
import { useSession } from "../session.ts";
import { t } from "../texts.ts";
import { hostsOf, mediaOf } from "./devices.tsx";

interface Part {
  call: Call;
  view: GuestView;
}

export function HostTiles({ call, view }: Part) {
  return <>{Object.entries(hostsOf(view)).map(([id, name]) => <HostTile key={id} call={call} view={view} id={id} name={name} />)}</>;
}

function HostTile({ call, view, id, name }: Part & { id: string; name: string }) {
  const slot = call.slots.value.find(({ person }) => person === id);
  const flags = id === view.event.speaker && <TileFlag icon="broadcast">{t("call.speaks", { name })}</TileFlag>;
  return <Tile id={id} name={name} line={t("call.host")} speaking={slot?.speaking ?? false} flags={flags} media={mediaOf(call, slot)} />;
}

/** In the lobby, above everything else. */
export function LobbyHosts(part: Part) {
  const { view } = part;
  return (
    <>
      {view.you.muted.length > 0 && <Muted {...part} />}
      {Object.keys(hostsOf(view)).length > 0 && <ul class="lobby-hosts" aria-label={t("call.host")}><HostTiles {...part} /></ul>}
    </>
  );
}

export function Muted({ call: { devices }, view: { you: { muted } } }: Part) {
  const { announcer } = useSession();
  useEffect(() => announcer.say({ text: t("call.muted"), urgent: true }), []);
  const action = (
    <button class="btn btn-s" type="button" onClick={() => void devices.set(true, ...muted)}>{t("call.unmute")}</button>
  );
  return <Banner icon={muted.includes("audio") ? "mic-off" : "camera-off"} title={t("call.muted")} action={action} />;
}
