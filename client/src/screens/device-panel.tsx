// Trying out and choosing camera, microphone and speaker: before joining, in the lobby, and in the middle of a round.
import { useEffect, useState } from "preact/hooks";
import type { Call, Devices, Kind } from "../call.ts";
import { Note } from "../parts/banner.tsx";
import { Control } from "../parts/control.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Field, Switch } from "../parts/field.tsx";
import { Icon, type IconName } from "../parts/icon.tsx";
import { Mirror } from "../parts/picture.tsx";
import { Tile } from "../parts/tile.tsx";
import { useToast } from "../parts/toast.tsx";
import type { YouCard } from "../protocol.ts";
import { t, type TextKey } from "../texts.ts";
import { LOUDEST, playTestSound, useLevel } from "./level.ts";

export { HostTiles, LobbyHosts, Muted } from "./hosts.tsx";

/** Microphone and camera, on and off. What stands in the way is said once. */
export function DeviceButtons({ devices }: { devices: Devices }) {
  const [toast, show] = useToast();
  const trouble = devices.trouble.value;
  useEffect(() => {
    if (trouble) show(t(`call.trouble.${trouble.kind}.${trouble.why}`));
  }, [trouble]);
  return <><Buttons devices={devices} />{toast}</>;
}

function Buttons({ devices }: { devices: Devices }) {
  const [busy, setBusy] = useState(false);
  const button = (kind: Kind, icon: [on: IconName, off: IconName], label: TextKey) => {
    const on = devices.tracks[kind].value !== null;
    const press = async (): Promise<void> => {
      if (busy) return;
      setBusy(true);
      await devices.set(!on, kind);
      setBusy(false);
    };
    return <Control icon={icon[on ? 0 : 1]} label={t(label)} pressed={on} onPress={() => void press()} />;
  };
  return (
    <>
      {button("audio", ["mic", "mic-off"], "call.microphone")}
      {button("video", ["camera", "camera-off"], "call.camera")}
    </>
  );
}

/** What stands under your own picture while nobody else is there. */
export function DeviceCheck({ devices }: { devices: Devices }) {
  const { tracks: { audio, video }, wishes } = devices;
  const off = audio.value === null && video.value === null;
  const wanted = wishes.value.audio.on || wishes.value.video.on;
  return (
    <>
      {off && !wanted && (
        <button class="btn" type="button" onClick={() => void devices.set(true, "audio", "video")}>
          <Icon name="camera" />{t("call.turn_on")}
        </button>
      )}
      {(!off || wanted) && <div class="join-controls"><Buttons devices={devices} /><Level devices={devices} /></div>}
      <Trouble devices={devices} />
      <details class="devices">
        <summary>{t("call.devices")} <Icon name="down" size="s" /></summary>
        <Choices devices={devices} />
      </details>
    </>
  );
}

/** Camera and microphone in the lobby, where only you see them. */
export function LobbyCheck({ call: { devices, trouble, works }, you }: { call: Call; you: YouCard }) {
  const own = devices.own.value;
  const media = { picture: own && <Mirror stream={own} />, shown: own !== null, unseen: own === null };
  if (trouble.value === "unreachable") {
    return <Note icon="signal-low"><p><b>{t("call.unreachable")}</b> {t("call.unreachable_text")}</p></Note>;
  }
  if (!works.value) return null;
  return (
    <section class="card lobby-check" aria-labelledby="check-title">
      <h2 id="check-title">{t("call.check_title")}</h2>
      <ul><Tile id={you.id} name={you.name} you media={media} muted={devices.tracks.audio.value === null} /></ul>
      <DeviceCheck devices={devices} />
      <p class="hint">{t("call.check")}</p>
    </section>
  );
}

/** The button on your own tile, and what it opens. */
export function ChooseDevices({ devices }: { devices: Devices }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button class="tile-act" type="button" aria-label={t("call.settings")} onClick={() => setOpen(true)}>
        <Icon name="settings" />
      </button>
      {open && <DeviceDialog devices={devices} onClose={() => setOpen(false)} />}
    </>
  );
}

/** The same in the middle of a conversation. */
function DeviceDialog({ devices, onClose }: { devices: Devices; onClose: () => void }) {
  const { hidden } = devices;
  return (
    <Dialog title={t("call.devices")} onClose={onClose}>
      <Level devices={devices} />
      <Choices devices={devices} />
      <Trouble devices={devices} />
      <Switch label={t("call.mirror")} hint={t("call.mirror_hint")} on={!hidden.value} onChange={(on) => (hidden.value = !on)} />
      <div class="dialog-actions">
        <button class="btn btn-primary" type="button" onClick={onClose}>{t("call.done")}</button>
      </div>
    </Dialog>
  );
}

function Trouble({ devices: { trouble: { value: is } } }: { devices: Devices }) {
  return is && <Note icon="warning" tone="lamp"><p role="alert">{t(`call.trouble.${is.kind}.${is.why}`)}</p></Note>;
}

function Choices({ devices }: { devices: Devices }) {
  const { choices: { value: all }, wishes: { value: wishes }, speaker } = devices;
  const of = (kind: MediaDeviceKind) => all.filter((each) => each.kind === kind);
  const routes = "setSinkId" in HTMLMediaElement.prototype;
  return (
    <div class="devices-grid">
      <Choice id="camera" icon="camera" label={t("call.camera")} of={of("videoinput")} value={wishes.video.id} onChange={(id) => void devices.choose("video", id)} />
      <Choice id="microphone" icon="mic" label={t("call.microphone")} of={of("audioinput")} value={wishes.audio.id} onChange={(id) => void devices.choose("audio", id)} />
      {routes && <Choice id="speaker" icon="speaker" label={t("call.speaker")} of={of("audiooutput")} value={speaker.value} onChange={(id) => devices.chooseSpeaker(id)} />}
      <button class="btn btn-s" type="button" onClick={() => void playTestSound(speaker.value)}>
        <Icon name="speaker" size="s" />{t("call.test_sound")}
      </button>
    </div>
  );
}

function Choice({ id, icon, label, of, value, onChange }: {
  id: string;
  icon: IconName;
  label: string;
  of: readonly MediaDeviceInfo[];
  value: string;
  onChange: (id: string) => void;
}) {
  const known = of.some(({ deviceId }) => deviceId === value);
  return (
    <Field id={id} label={label}>
      <span class="input-with">
        <Icon name={icon} size="s" />
        <select class="select" id={id} value={known ? value : ""} onChange={(event) => onChange(event.currentTarget.value)}>
          {!known && <option value="">{t("call.usual")}</option>}
          {of.map(({ deviceId, label: name }) => <option key={deviceId} value={deviceId}>{name || label}</option>)}
        </select>
      </span>
    </Field>
  );
}

/** How loud you are, so that nobody has to ask "can you hear me?". */
function Level({ devices }: { devices: Devices }) {
  const track = devices.tracks.audio.value;
  const [level, heard] = useLevel(track);
  if (!track) return null;
  return (
    <div class="join-meter">
      <div class="meter" role="meter" aria-label={t("call.level")} aria-valuemin={0} aria-valuemax={LOUDEST} aria-valuenow={level}>
        {Array.from({ length: LOUDEST }, (_, i) => <i key={i} class={i < level ? "on" : ""} />)}
      </div>
      <p class="small muted">{t(heard === null ? "call.say" : heard ? "call.heard" : "call.silent")}</p>
    </div>
  );
}
