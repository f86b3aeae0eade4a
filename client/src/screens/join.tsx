// Coming in: what the event is, and what others shall see of you. Or the wait until its doors open.
import { useEffect, useRef, useState } from "preact/hooks";
import { api, Failed } from "../api.ts";
import type { Devices } from "../call.ts";
import { TextField } from "../parts/field.tsx";
import { Header, SkipLink, useTitle } from "../parts/page.tsx";
import { Mirror } from "../parts/picture.tsx";
import { StateCard } from "../parts/state.tsx";
import { Tile } from "../parts/tile.tsx";
import type { ParticipantId, PublicEvent } from "../protocol.ts";
import { forCalls } from "../session.ts";
import { names, t } from "../texts.ts";
import { clockTime, longDate, ownZone, zoneName } from "../when.ts";
import { CardPage, FailedPage } from "./errors.tsx";
import { useFetched } from "./fetched.ts";

const NAME_LIMIT = 200;
const HEADLINE_LIMIT = 120; // what two lines of a tile can show
const EMAIL_LIMIT = 254;

interface About {
  name: string;
  headline: string;
  email: string;
}

const NOBODY: About = { name: "", headline: "", email: "" };

export function Join({ card, known = NOBODY, devices: given, onJoined }: {
  card: PublicEvent;
  /** What a list says of someone who came by a personal link. */
  known?: About;
  /** Theirs already, where a call has begun. */
  devices?: Devices | undefined;
  onJoined: (you: ParticipantId, devices?: Devices) => void;
}) {
  const [about, setAbout] = useState<About>({ name: known.name, headline: known.headline, email: known.email });
  const [wrong, setWrong] = useState<Failed | null>(null);
  const [busy, setBusy] = useState(false);
  const [devices, handOn] = useDevices(given);
  useTitle(card.title);

  const enter = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      const { participant } = await api.join(card.event, about);
      onJoined(participant, handOn());
    } catch (failed) {
      setWrong(failed instanceof Failed ? failed : new Failed(0, "fault", ""));
    }
    setBusy(false);
  };
  const field = (key: keyof About) => ({
    id: key,
    value: about[key],
    onInput: (value: string) => setAbout((before) => ({ ...before, [key]: value })),
  });
  if (wrong && !correctable(wrong)) return <FailedPage error={wrong} />;

  return (
    <>
      <SkipLink />
      <Header />
      <main id="main" class="join wrap">
        <div class="join-title">
          <p class="eyebrow">{when(card.starts_at)}</p>
          <h1>{card.title}</h1>
          <p class="muted">{t("join.host", { n: card.hosts.length, names: names(card.hosts) })}</p>
        </div>
        <section class="join-preview" aria-label={t("join.preview")}>
          <ul><Preview event={card.event} about={about} devices={devices} /></ul>
          {devices && <Check devices={devices} />}
        </section>
        <form class="join-form card" aria-labelledby="about-you" onSubmit={(event) => void enter(event)}>
          <h2 id="about-you">{t("join.about")}</h2>
          <TextField
            {...field("name")}
            label={t("join.name")}
            autocomplete="name"
            required
            maxLength={NAME_LIMIT}
            error={errorFor("name", wrong)}
          />
          <TextField
            {...field("headline")}
            label={t("join.headline")}
            hint={t("join.headline_hint")}
            maxLength={HEADLINE_LIMIT}
          />
          <TextField
            {...field("email")}
            type="email"
            label={t("join.email")}
            hint={t("join.email_hint")}
            autocomplete="email"
            maxLength={EMAIL_LIMIT}
            error={errorFor("email", wrong)}
          />
          <button class="btn btn-primary btn-l btn-wide" type="submit" aria-busy={busy} disabled={busy}>{t("join.enter")}</button>
          {wrong && passing(wrong) && <p class="error" role="alert">{wrong.message || t("page.offline")}</p>}
          <p class="hint">{t("join.no_recording")}</p>
        </form>
      </main>
    </>
  );
}

function Preview({ event, about: { name, headline }, devices }: { event: string; about: About; devices: Devices | null }) {
  const known = name.trim();
  const own = devices?.own.value ?? null;
  const media = { picture: own && <Mirror stream={own} />, shown: own !== null, unseen: false };
  return <Tile id={known || event} name={known} you={!known} mirrored line={headline.trim()} media={media} />;
}

// Camera and microphone. They come from files of their own: the form is there before them, and works without.

const panel = () => import("./device-panel.tsx");

function Check({ devices }: { devices: Devices }) {
  const { DeviceCheck } = useFetched(panel) ?? {};
  return DeviceCheck ? <DeviceCheck devices={devices} /> : null;
}

/** The devices, and what hands them on to the call. Else they are let go of with this page. */
function useDevices(given: Devices | undefined): [Devices | null, () => Devices | undefined] {
  const { OwnDevices } = useFetched(forCalls) ?? {};
  const [made, make] = useState<Devices | null>(null);
  const keeps = useRef(false);
  useEffect(() => {
    if (given || !OwnDevices) return;
    const devices = new OwnDevices();
    make(devices);
    return () => keeps.current || devices.stop();
  }, [given, OwnDevices]);
  const handOn = (): Devices | undefined => {
    keeps.current = true;
    return made ?? undefined;
  };
  return [given ?? made, handOn];
}

/** The event's time where the guest is, with the zone by name. */
function when(startsAt: number | null): string {
  if (startsAt === null) return t("join.when_open");
  const zone = ownZone();
  return t("join.when", { date: longDate(startsAt, zone), time: clockTime(startsAt, zone), zone: zoneName(zone) });
}

/** The field that has to be changed before trying again. */
function fieldOf({ code }: Failed): keyof About | null {
  if (code === "blank" || code === "too-long") return "name";
  return code === "bad-email" ? "email" : null;
}

/** The server did not answer, is restarting, or has too much to do: what was typed is kept for another try. */
const passing = ({ status }: Failed): boolean => status === 0 || status === 429 || status >= 500;

const correctable = (wrong: Failed): boolean => fieldOf(wrong) !== null || passing(wrong);

function errorFor(field: keyof About, wrong: Failed | null): string | undefined {
  if (!wrong || fieldOf(wrong) !== field) return undefined;
  return wrong.code === "blank" ? t("join.name_missing") : wrong.message;
}

/** The doors are closed still. Whoever shows this looks for itself when they open. */
export function EarlyPage({ title, startsAt }: { title: string; startsAt: number | null }) {
  useTitle(title);
  const zone = ownZone();
  const text = startsAt === null
    ? t("join.early")
    : t("join.early_at", { date: longDate(startsAt, zone), time: clockTime(startsAt, zone), zone: zoneName(zone) });
  return (
    <CardPage>
      <p class="eyebrow state-of">{title}</p>
      <StateCard art="early" title={t("states.early.title")} text={text} badge={t("join.waiting")} />
    </CardPage>
  );
}
