// The guest's page: joining, then whichever of lobby, move, room and wrap-up the event is at.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { api, Failed } from "../api.ts";
import type { ParticipantId, PublicEvent } from "../protocol.ts";
import { useSession } from "../session.ts";
import { FailedPage, LoadingPage, StatePage } from "./errors.tsx";
import { EarlyPage, Join } from "./join.tsx";
import { Lobby } from "./lobby.tsx";
import { type Move, moveOf, placeOf } from "./place.ts";
import type { MoveScreen } from "./move.tsx";
import { Room } from "./room.tsx";
import { SessionPage } from "./session-page.tsx";
import { addTexts } from "../texts.ts";
import type { WrapUp } from "./wrapup.tsx";

const LOOK_AGAIN_MS = 10_000;
/** A move that reaches this page later than that, after a sleep or a lost line, is not played. */
const FRESH_MS = 5_000;

export function Guest({ event }: { event: string }) {
  const [card, setCard] = useState<PublicEvent | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [you, setYou] = useState<ParticipantId | null>(null);

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
  if (you) return <Inside card={card} you={you} />;
  if (!card.roles.includes("participant")) return <FailedPage error={new Failed(401, "no-cookie", "")} />;
  if (card.phase === "draft") return <EarlyPage title={card.title} startsAt={card.starts_at} />;
  if (card.phase === "closed") return <StatePage why="over" />;
  return <Join card={card} onJoined={setYou} />;
}

/** Someone whom this browser's cookie names. */
function Inside({ card, you }: { card: PublicEvent; you: ParticipantId }) {
  const who = useMemo(() => ({ event: card.event, role: "participant", participant: you }) as const, [card.event, you]);
  return <SessionPage who={who}><Screens card={card} /></SessionPage>;
}

/** Which screen shows. A move covers the room for the moment that it plays. */
function Screens({ card }: { card: PublicEvent }) {
  const { store } = useSession();
  const [move, endMove] = useMove();
  const [read, onRead] = useState<string | null>(null);
  const { MoveScreen, WrapUp } = useLater();
  const view = store.guest.value!;
  const place = placeOf(view);
  const focus = useChanged(`${place} ${view.room.number}`);
  const message = { read, onRead };

  switch (place) {
    case "join":
      return <Join card={card} known={view.you} onJoined={() => {}} />;
    case "early":
      return <EarlyPage title={view.event.title} startsAt={view.event.starts_at} />;
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

interface Later {
  MoveScreen?: typeof MoveScreen;
  WrapUp?: typeof WrapUp;
}

const TRY_AGAIN_MS = 3_000;

/** The screens that nobody sees at first. They are fetched while one waits, so that the page is there sooner and
 * they are there in time; a move that is not goes without its picture. */
function useLater(): Later {
  const [later, setLater] = useState<Later>({});
  const [attempt, retry] = useState(0);
  useEffect(() => {
    let timer = 0;
    Promise.all([import("./move.tsx"), import("./wrapup.tsx"), import("../texts/en.after.json")]).then(
      ([{ MoveScreen }, { WrapUp }, texts]) => {
        addTexts(texts.default);
        setLater({ MoveScreen, WrapUp });
      },
      () => (timer = window.setTimeout(() => retry(attempt + 1), TRY_AGAIN_MS)),
    );
    return () => clearTimeout(timer);
  }, [attempt]);
  return later;
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
