// Your microphone and camera, and what a tile needs of the call.
import { useState } from "preact/hooks";
import type { Call, Slot } from "../call.ts";
import { Control } from "../parts/control.tsx";
import type { Media } from "../parts/tile.tsx";
import { useToast } from "../parts/toast.tsx";
import { useSession } from "../session.ts";
import { t } from "../texts.ts";

/** The two buttons; nothing where there is no sound and picture. */
export function Devices() {
  const call = useSession().call.value;
  return call && <Buttons call={call} />;
}

function Buttons({ call }: { call: Call }) {
  const [toast, show] = useToast();
  const [busy, setBusy] = useState(false);
  const { microphone: { value: heard }, camera: { value: seen }, works: { value: works } } = call;
  const press = async (wanted: boolean, set: (on: boolean) => Promise<boolean>): Promise<void> => {
    if (busy) return;
    setBusy(true);
    if (!(await set(wanted))) show(t("room.device_blocked"));
    setBusy(false);
  };
  if (!works && !heard && !seen) return toast;
  return (
    <>
      <Control
        icon={heard ? "mic" : "mic-off"}
        label={t("room.mic")}
        pressed={heard}
        onPress={() => void press(!heard, (on) => call.setMicrophone(on))}
      />
      <Control
        icon={seen ? "camera" : "camera-off"}
        label={t("room.camera")}
        pressed={seen}
        onPress={() => void press(!seen, (on) => call.setCamera(on))}
      />
      {toast}
    </>
  );
}

/** What your own tile shows. */
export function useOwn(): { media: Media | undefined; muted: boolean } {
  const call = useSession().call.value;
  const stream = call?.own.value;
  const muted = call !== null && call.works.value && !call.microphone.value;
  return { media: stream ? { stream, since: 0 } : undefined, muted };
}

export const mediaOf = (call: Call | null, slot: Slot | undefined): Media | undefined =>
  call && slot?.picture ? { stream: slot.picture, since: slot.since, onBlocked: (again) => call.block(again) } : undefined;
