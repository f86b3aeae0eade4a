// After the event: whom you met, and staying in touch with those who want it too.
import { download } from "../api.ts";
import { Note } from "../parts/banner.tsx";
import { Icon } from "../parts/icon.tsx";
import { Header, SkipLink, useTitle } from "../parts/page.tsx";
import { firstName, Person } from "../parts/person.tsx";
import { RoundDot, roundColour } from "../parts/round.tsx";
import type { GuestView, ParticipantId, RoundCard } from "../protocol.ts";
import { useSession } from "../session.ts";
import { MetWheel } from "../sky/wheel.tsx";
import { t } from "../texts.ts";
import { duration } from "../when.ts";
import { useArrival } from "./arrival.ts";
import { useGive } from "./give.tsx";
import { meetings, nameOf } from "./place.ts";

export function WrapUp({ focus }: { focus: boolean }) {
  const { store } = useSession();
  const view = store.guest.value!;
  const met = meetings(view);
  const n = met.length;
  useTitle(view.event.title);
  useArrival("wrap-title", focus);
  return (
    <>
      <SkipLink />
      <Header />
      <main id="main" class="wrapup wrap">
        <section class="wrap-sky sky on-sky" aria-labelledby="wrap-title">
          <div class="wrap-say">
            <p class="eyebrow">{view.event.title}</p>
            <h1 id="wrap-title" tabIndex={-1}>{t("after.title", { n })}</h1>
            <p class="lead">{inNumbers(view)}</p>
          </div>
          {n > 0 && (
            <MetWheel
              met={met.map(({ id, round }) => ({ id, round, name: firstName(nameOf(view, id)) }))}
              label={t("after.chart", { n })}
            />
          )}
        </section>
        {n > 0 && <StayInTouch view={view} />}
      </main>
    </>
  );
}

/** "5 rounds, 40 minutes of conversation, nobody twice." */
function inNumbers(view: GuestView): string {
  const rounds = [...new Set(Object.values(view.met).flat())];
  const minutes = rounds.reduce((sum, r) => sum + (view.rounds[r]?.minutes ?? 0), 0);
  const once = Object.values(view.met).every((each) => each.length === 1);
  const values = { n: rounds.length, duration: duration(minutes) };
  return once && rounds.length ? t("after.line_once", values) : t("after.line", values);
}

function StayInTouch({ view }: { view: GuestView }) {
  const rounds = Object.values(view.rounds).sort((a, b) => b.number - a.number);
  const swapped = Object.values(view.contacts).some(({ email }) => email);
  return (
    <section class="card" aria-labelledby="met-title">
      <div class="card-head">
        <div class="grow">
          <h2 id="met-title">{t("after.touch")}</h2>
          <p class="hint">{t("after.touch_hint")}</p>
        </div>
        {swapped && (
          <a class="btn btn-s" href={download(view.event.id, "me/contacts.vcf")} download>
            <Icon name="download" size="s" />{t("after.save")}
          </a>
        )}
      </div>
      {!view.you.email && <Note icon="mail"><p>{t("after.own_email_missing")}</p></Note>}
      {rounds.map((round) => <Round key={round.number} view={view} round={round} />)}
    </section>
  );
}

/** The people first met in a round; who was met again is not listed twice. */
function Round({ view, round }: { view: GuestView; round: RoundCard }) {
  const people = meetings(view).filter((each) => each.round === round.number);
  const id = `met-${round.number}`;
  if (!people.length) return null;
  return (
    <section class="met-round" data-round={roundColour(round.number)} aria-labelledby={id}>
      <h3 id={id}>
        <RoundDot number={round.number} />
        {round.topic
          ? <><span class="visually-hidden">{t("after.round", { r: round.number })} </span>{round.topic}</>
          : t("lobby.round", { r: round.number })}
      </h3>
      <ul>{people.map(({ id }) => <Row key={id} view={view} id={id} />)}</ul>
    </section>
  );
}

function Row({ view, id }: { view: GuestView; id: ParticipantId }) {
  const again = (view.met[id] ?? [])[1];
  const headline = view.people[id]?.headline;
  const line = again === undefined ? headline : t("after.again", { r: again });
  return (
    <li class="met-row">
      <div class="grow"><Person id={id} name={nameOf(view, id)} line={line} /></div>
      <div class="met-act"><Contact view={view} id={id} /></div>
    </li>
  );
}

function Contact({ view, id }: { view: GuestView; id: ParticipantId }) {
  const { give, busy, toast } = useGive();
  const contact = view.contacts[id];
  const name = nameOf(view, id);
  const offer = (on: boolean): void => give({ type: "OfferContact", to: id, on });
  if (contact?.email != null) {
    return (
      <>
        <span class="badge badge-good"><Icon name="check" size="s" />{t("after.both")}</span>
        {contact.email
          ? <a class="small" href={`mailto:${contact.email}`}>{contact.email}</a>
          : <span class="small muted">{t("after.no_email", { name: firstName(name) })}</span>}
      </>
    );
  }
  if (contact?.offered) {
    return (
      <>
        <span class="small muted">{t("after.waiting", { name: firstName(name) })}</span>
        <button
          class="btn btn-quiet btn-xs"
          type="button"
          disabled={busy}
          aria-label={t("after.take_back_from", { name })}
          onClick={() => offer(false)}
        >
          {t("after.take_back")}
        </button>
        {toast}
      </>
    );
  }
  return (
    <>
      <button class="btn btn-s" type="button" disabled={busy} aria-label={t("after.offer_to", { name })} onClick={() => offer(true)}>
        <Icon name="exchange" size="s" />{t("after.offer")}
      </button>
      {toast}
    </>
  );
}
