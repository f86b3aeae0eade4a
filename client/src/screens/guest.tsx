// The guest's page: joining, then whichever of lobby, move, room and wrap-up the event is at.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { api, Failed } from "../api.ts";
import type { Devices } from "../call.ts";
import type { ParticipantId, PublicEvent } from "../protocol.ts";
import { useSession } from "../session.ts";
import { FailedPage, LoadingPage, StatePage } from "./errors.tsx";
import { useFetched } from "./fetched.ts";
import { Lobby } from "./lobby.tsx";
import { type Move, moveOf, placeOf } from "./place.ts";
import { Room } from "./room.tsx";
import { SessionPage } from "./session-page.tsx";
import { addTexts } from "../texts.ts";

const LOOK_AGAIN_MS = 10_000;
/** A move that reaches this page later than that, after a sleep or a lost line, is not played. */
const FRESH_MS = 5_000;

type Door = typeof import("./join.tsx");

export function Guest({ event }: { event: string }) {
  const [card, setCard] = useState<PublicEvent | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [you, setYou] = useState<ParticipantId | null>(null);
  const [devices, setDevices] = useState<Devices | undefined>();
  const door = useFetched(joining);

  const look = async (): Promise<void> => {
    try {
      const found = await api.event(event);
      setCard(found);
      setYou((known) => known ?? found.you);
    } catch (failed) {
      // Once there is a card, a page that waits for the doors to open goes on waiting.
      setCard((known) => {
        if (!known) setError(failed);
        return known;
      });
    }
  };
  useEffect(() => void look(), [event]);
  useEffect(() => {
    if (card?.phase !== "draft" || you) return;
    const timer = setInterval(() => void look(), LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [card?.phase, you]);

  if (error) return <FailedPage error={error} />;
  if (!card) return <LoadingPage />;
  if (you) return <Inside card={card} you={you} door={door} devices={devices} />;
  if (!card.roles.includes("participant")) return <FailedPage error={new Failed(401, "no-cookie", "")} />;
  if (card.phase === "closed") return <StatePage why="over" />;
  if (!door) return <LoadingPage />;
  if (card.phase === "draft") return <door.EarlyPage title={card.title} startsAt={card.starts_at} />;
  const enter = (you: ParticipantId, devices: Devices | undefined): void => {
    setDevices(devices);
    setYou(you);
  };
  return <door.Join card={card} onJoined={enter} />;
}

/** Someone whom this browser's cookie names. */
function Inside({ card, you, door, devices }: {
  card: PublicEvent;
  you: ParticipantId;
  door: Door | null;
  devices: Devices | undefined;
}) {
  const { event } = card;
  const who = useMemo(() => ({ event, role: "participant", participant: you, devices }) as const, [event, you]);
  return <SessionPage who={who}><Screens card={card} door={door} /></SessionPage>;
}

/** Which screen shows. A move covers the room for the moment that it plays. */
function Screens({ card, door }: { card: PublicEvent; door: Door | null }) {
  const { store, call } = useSession();
  const [move, endMove] = useMove();
  const [read, onRead] = useState<string | null>(null);
  const { MoveScreen, WrapUp } = useFetched(later) ?? {};
  const view = store.guest.value!;
  const place = placeOf(view);
  const focus = useChanged(`${place} ${view.room.number}`);
  const message = { read, onRead };

  switch (place) {
    case "join":
      return door ? <door.Join card={card} known={view.you} devices={call.value?.devices} onJoined={() => {}} /> : <LoadingPage />;
    case "early":
      return door ? <door.EarlyPage title={view.event.title} startsAt={view.event.starts_at} /> : <LoadingPage />;
    case "left":
      return <StatePage why="left" />;
    case "over":
      return <StatePage why="over" />;
    case "room":
      return move && MoveScreen
        ? <MoveScreen key={`${view.clock.number} ${view.room.number}`} move={move} onDone={endMove} />
        : <Room focus={focus} message={message} />;
    case "lobby":
      return <Lobby focus={focus} message={message} />;
    case "after":
      return WrapUp ? <WrapUp focus={focus} /> : <LoadingPage />;
  }
}

/** Needed by those who come for the first time, and only until they are in. */
const joining = () => import("./join.tsx");

/** The screens that nobody sees at first, so that the page is there sooner. A move that is not there in time goes
 * without its picture. */
async function later() {
  const [{ MoveScreen }, { WrapUp }, texts] = await Promise.all([
    import("./move.tsx"), import("./wrapup.tsx"), import("../texts/en.after.json"),
  ]);
  addTexts(texts.default);
  return { MoveScreen, WrapUp };
}

/** True from the first change on: a screen that takes another's place takes the focus, a page's first does not. */
function useChanged(value: unknown): boolean {
  const first = useRef(value);
  const changed = useRef(false);
  changed.current ||= first.current !== value;
  return changed.current;
}

/** The move that is to be shown now, if any, and what ends it. */
function useMove(): [Move | null, () => void] {
  const { store } = useSession();
  const [move, setMove] = useState<Move | null>(null);
  useEffect(
    () =>
      store.news.subscribe((news) => {
        const found = moveOf(news);
        const age = (store.now.peek() - (news[0]?.at ?? 0)) / store.clock.rate;
        const view = store.guest.peek();
        if (found && age < FRESH_MS) setMove(found);
        else if (!view || placeOf(view) !== "room") setMove(null);
      }),
    [store],
  );
  return [move, () => setMove(null)];
}
