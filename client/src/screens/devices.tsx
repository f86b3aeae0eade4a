// Your microphone and camera, and what a tile needs of the call. All that is not needed at once is fetched later.
import type { Call, Slot } from "../call.ts";
import { Mirror, Picture } from "../parts/picture.tsx";
import type { Media } from "../parts/tile.tsx";
import type { GuestView, YouCard } from "../protocol.ts";
import { useSession } from "../session.ts";
import { useFetched } from "./fetched.ts";

const fetchPanel = () => import("./device-panel.tsx");

/** The call and what there is to see of it, once both are here. */
function usePanel() {
  const call = useSession().call.value;
  const panel = useFetched(fetchPanel);
  return call && panel ? { call, ...panel } : null;
}

/** What shows of hosts, or of what they do, in a call. */
export function WithCall({ part, view }: { part: "HostTiles" | "LobbyHosts" | "Muted"; view: GuestView }) {
  const panel = usePanel();
  const Part = panel?.[part];
  return Part && <Part call={panel.call} view={view} />;
}

/** The two buttons; nothing where there is no sound and picture. */
export function Devices() {
  const panel = usePanel();
  if (!panel || !(panel.call.works.value || panel.call.trouble.value)) return null;
  return <panel.DeviceButtons devices={panel.call.devices} />;
}

/** Camera and microphone, to be tried before anybody is there. */
export function Check({ you }: { you: YouCard }) {
  const panel = usePanel();
  return panel && <panel.LobbyCheck call={panel.call} you={you} />;
}

/** What your own tile shows, and the button that leads to the choice of devices. */
export function useOwn() {
  const panel = usePanel();
  if (!panel) return {};
  const { devices, works } = panel.call;
  const stream = devices.hidden.value ? null : devices.own.value;
  const there = works.value || stream !== null;
  return {
    media: { picture: stream && <Mirror stream={stream} />, shown: stream !== null, unseen: there && !devices.own.value },
    muted: there && devices.tracks.audio.value === null,
    action: there && <panel.ChooseDevices devices={devices} />,
  };
}

export const mediaOf = (call: Call | null, slot: Slot | undefined): Media => ({
  picture: slot?.video && <Picture video={slot.video} />,
  shown: slot?.shown ?? false,
  unseen: (call?.works.value ?? false) && !slot?.shown,
  stopped: slot?.stopped ?? false,
});

/** Names of the hosts whom you see and hear, by their ids: those who visit your room, and who speaks to everyone. */
export const hostsOf = ({ event: { speaker, speaker_name }, room }: GuestView): Readonly<Record<string, string>> =>
  speaker ? { ...room.visitors, [speaker]: speaker_name } : room.visitors;
