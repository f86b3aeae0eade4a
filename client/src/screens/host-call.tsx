// A host's own camera and microphone: who sees and hears them now, whom they see and hear, and speaking to everyone.
import { Note } from "../parts/banner.tsx";
import { Icon } from "../parts/icon.tsx";
import { Tile } from "../parts/tile.tsx";
import type { Call, Slot } from "../call.ts";
import type { HostView } from "../protocol.ts";
import { useSession } from "../session.ts";
import { t } from "../texts.ts";
import type { Give } from "./console.tsx";
import { Devices, mediaOf, useOwn } from "./devices.tsx";

interface Hand {
  view: HostView;
  give: Give;
}

/** Nothing where there is no sound and picture. */
export function HostCall(hand: Hand) {
  const call = useSession().call.value;
  if (call?.taken.value) return <Elsewhere call={call} />;
  return call && (call.works.value || call.trouble.value) ? <Here {...hand} call={call} /> : null;
}

function Here({ view, give, call }: Hand & { call: Call }) {
  const { id = "", name = "" } = useSession().store.you.value ?? {};
  const own = useOwn();
  const visiting = view.hosts[id]?.visiting ?? null;
  const speaks = view.event.speaker === id;
  const speak = async (): Promise<void> => {
    const { devices } = call;
    if (!speaks && devices.tracks.audio.value === null) await devices.set(true, "audio");
    await give({ type: "SpeakToAll", on: !speaks });
  };
  return (
    <section class="card host-call" aria-labelledby="host-call-title">
      <h2 id="host-call-title">{t("live.call")}</h2>
      <Note icon={speaks ? "broadcast" : visiting ? "door" : "eye-off"} tone={speaks ? "lamp" : visiting ? "good" : ""}>
        <p role="status">{speaks ? t("live.heard_all") : visiting ? t("live.heard_room", { k: visiting }) : t("live.heard_nobody")}</p>
      </Note>
      <ul class="host-tiles" aria-label={t("live.call_people")}>
        {call.slots.value.map((slot) => <Someone key={slot.person} view={view} call={call} slot={slot} />)}
        <Tile id={id} name={name} you {...own} />
      </ul>
      <div class="callbar"><Devices /></div>
      <div class="row row-wrap">
        {view.event.phase !== "draft" && (
          <button class={`btn btn-s${speaks ? " btn-lamp" : ""}`} type="button" aria-pressed={speaks} onClick={() => void speak()}>
            <Icon name="broadcast" size="s" />{t("live.speak")}
          </button>
        )}
        {visiting && (
          <button class="btn btn-s" type="button" onClick={() => void give({ type: "VisitRoom", room: null })}>
            <Icon name="door" size="s" />{t("live.leave_room", { k: visiting })}
          </button>
        )}
      </div>
    </section>
  );
}

/** Somebody in the room that is visited, or another host who speaks to everyone. */
function Someone({ view, call, slot }: { view: HostView; call: Call; slot: Slot }) {
  const { person } = slot;
  const name = view.people[person]?.name ?? view.hosts[person]?.name ?? "";
  return <Tile id={person} name={name} speaking={slot.speaking} media={mediaOf(call, slot)} />;
}

/** Two windows of one host would only hear each other. */
function Elsewhere({ call }: { call: Call }) {
  return (
    <section class="card host-call" aria-label={t("live.call")}>
      <Note icon="tabs"><p>{t("live.call_elsewhere")}</p></Note>
      <button class="btn btn-s" type="button" onClick={() => call.take()}>{t("live.call_here")}</button>
    </section>
  );
}
