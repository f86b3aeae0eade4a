// Between two rooms: the whole sky, everyone in flight, then the names of who is there. Nothing waits for it;
// the room is yours from the first moment on.
import { useEffect, useMemo, useState } from "preact/hooks";
import { SkipLink, useTitle } from "../parts/page.tsx";
import { Avatar } from "../parts/person.tsx";
import { RoundDot, roundColour } from "../parts/round.tsx";
import type { GuestView } from "../protocol.ts";
import { calm, MOVE_MS } from "../sky/motion.ts";
import { imagined, ownRounds } from "../sky/rounds.ts";
import { Sky } from "../sky/sky.tsx";
import { t } from "../texts.ts";
import { called, company, lastRound, type Move, nameOf, others } from "./place.ts";

const CALM_MS = 250; // instead of the flight, where motion is not wanted
const NAMES_MS = 1_200; // the least time for which names are shown

export function MoveScreen({ move, onDone }: { move: Move; onDone: () => void }) {
  const { view, alone } = move;
  const [arrived, arrive] = useState(alone);
  useTitle(view.event.title);
  useEffect(() => {
    const flight = alone ? 0 : calm() ? CALM_MS : MOVE_MS;
    // Timers, not the animation's end: a page in the background draws nothing, but gets to its room.
    const timers = [setTimeout(() => arrive(true), flight), setTimeout(onDone, flight + NAMES_MS)];
    return () => timers.forEach(clearTimeout);
  }, []);
  return (
    <>
      <SkipLink />
      <main id="main" class="shuffle on-sky" data-phase={arrived ? "arrive" : "move"}>
        {!alone && <Flight view={view} />}
        {arrived ? <Arrived view={view} alone={alone} /> : <Leaving view={view} />}
      </main>
    </>
  );
}

function Leaving({ view }: { view: GuestView }) {
  const r = view.clock.number ?? 0;
  return (
    <div class="shuffle-say" data-round={roundColour(r)}>
      <p class="eyebrow">{t("move.round", { r, n: lastRound(view) })}</p>
      <h1>{t("move.start")}</h1>
    </div>
  );
}

function Arrived({ view, alone }: { view: GuestView; alone: boolean }) {
  const r = view.clock.number ?? 0;
  const people = company(view);
  const who = { names: called(view, people) };
  const topic = view.rounds[r]?.topic;
  return (
    <div class="shuffle-say" data-round={roundColour(r)}>
      <p class="eyebrow">{t("move.where", { r, n: lastRound(view), k: view.room.number ?? 0 })}</p>
      <h1>{alone ? t("move.alone", who) : t("move.meet", who)}</h1>
      <div class="shuffle-card">
        <ul class="shuffle-people" aria-label={t("move.people")}>
          {people.map((id) => (
            <li key={id}>
              <Avatar id={id} name={nameOf(view, id)} size="l" />
              <b>{nameOf(view, id)}</b>
              <span class="small muted">{view.people[id]?.headline}</span>
            </li>
          ))}
        </ul>
        {topic && <p class="shuffle-topic"><RoundDot number={r} /><b>{topic}</b></p>}
      </div>
    </div>
  );
}

/** Everyone on their way. Who sits with whom elsewhere is imagined: a guest's page does not know it. */
function Flight({ view }: { view: GuestView }) {
  const r = view.clock.number ?? 0;
  const narrow = useMemo(() => matchMedia("(max-width: 40rem)").matches, []);
  const [people, rounds] = useMemo(() => {
    const everyone = [...others(view).map(({ id, name }) => ({ id, name })), { id: view.you.id, name: view.you.name }];
    const ids = everyone.map(({ id }) => id);
    const past = ownRounds(view.you.id, view.met).slice(0, r - 1);
    const known = Array.from({ length: r }, (_, i) => (i === r - 1 ? [view.room.people] : (past[i] ?? [])));
    return [everyone, imagined(known, ids, view.rounds[r]?.size ?? 4)] as const;
  }, []);
  const box = narrow ? { width: 420, height: 520, pad: 78, spread: 26 } : { width: 900, height: 620, pad: 110, spread: 40 };
  return (
    <Sky
      {...box}
      {...(people.length <= 30 && { dot: narrow ? 6 : 8 })}
      people={people}
      rounds={rounds}
      you={view.you.id}
      from={r - 1}
      round={r}
      ms={MOVE_MS}
    />
  );
}
