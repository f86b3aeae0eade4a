// The host's page of a running event: the bar that steers, the board of rooms, what needs the host.
import { useEffect, useMemo, useState } from "preact/hooks";
import { api, Failed, pages } from "../api.ts";
import { Confirm } from "../parts/dialog.tsx";
import { EventHeader } from "../parts/event-header.tsx";
import { TextField } from "../parts/field.tsx";
import { Icon } from "../parts/icon.tsx";
import { Header, SkipLink, useTitle } from "../parts/page.tsx";
import { keep, kept } from "../kept.ts";
import { Avatar } from "../parts/person.tsx";
import { useToast } from "../parts/toast.tsx";
import type { AnyCommand, HostView, PublicEvent } from "../protocol.ts";
import { useSession, type Who } from "../session.ts";
import { names, t } from "../texts.ts";
import { Board } from "./board.tsx";
import { FailedPage, LoadingPage } from "./errors.tsx";
import { HostCall } from "./host-call.tsx";
import { Needs } from "./needs.tsx";
import { RunBar } from "./run-bar.tsx";
import { SessionPage } from "./session-page.tsx";
import { SoFar } from "./so-far.tsx";
import { counts } from "./steering.ts";

const NAME_KEY = "intermingle.host-name";

/** Gives a command; what is refused appears as a toast. True when it was done. */
export type Give = (command: AnyCommand) => Promise<boolean>;
export type Show = (text: string, undo?: () => void) => void;

export function Console({ event }: { event: string }) {
  const [card, setCard] = useState<PublicEvent | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [name, setName] = useState(() => kept(NAME_KEY) ?? "");
  useEffect(() => void api.event(event).then(setCard, setError), [event]);
  const role = card?.roles.includes("organiser") ? "organiser" : "facilitator";
  const who = useMemo<Who>(() => ({ event, role, name }), [event, role, name]);
  const named = (given: string): void => {
    keep(NAME_KEY, given);
    setName(given);
  };
  if (error) return <FailedPage error={error} />;
  if (!card) return <LoadingPage />;
  if (!card.roles.includes(role)) return <FailedPage error={new Failed(401, "no-cookie", "")} />;
  if (!name) return <NameForm title={card.title} onNamed={named} />;
  return <SessionPage who={who}><Live mayPlan={role === "organiser"} /></SessionPage>;
}

/** Guests and other hosts see who does what, so a host says a name once. */
function NameForm({ title, onNamed }: { title: string; onNamed: (name: string) => void }) {
  const [name, setName] = useState("");
  useTitle(title);
  const submit = (submitted: SubmitEvent): void => {
    submitted.preventDefault();
    if (name.trim()) onNamed(name.trim());
  };
  return (
    <>
      <SkipLink />
      <Header />
      <main id="main" class="wrap host-name">
        <form class="card stack stack-4" onSubmit={submit}>
          <h1>{t("live.you_host", { title })}</h1>
          <TextField id="host-name" label={t("join.name")} hint={t("live.name_hint")} value={name} onInput={setName}
            autocomplete="name" required maxLength={80} />
          <button class="btn btn-primary" type="submit">{t("live.enter")}</button>
        </form>
      </main>
    </>
  );
}

function Live({ mayPlan }: { mayPlan: boolean }) {
  const { event, store, connection } = useSession();
  const [toast, show] = useToast();
  const [ending, end] = useState(false);
  const view = store.host.value;
  useTitle(view?.event.title ?? "");
  if (!view) return <LoadingPage />;
  const give: Give = async (command) => {
    const outcome = await connection.do(command);
    if (!outcome.ok) show(outcome.message);
    return outcome.ok;
  };
  return (
    <>
      <SkipLink />
      <EventHeader event={event} title={view.event.title} page="console" mayPlan={mayPlan}
        end={<HeaderEnd view={view} mayInvite={mayPlan} show={show} onEnd={() => end(true)} />} />
      <main id="main" class="console">
        <RunBar view={view} give={give} show={show} onEnd={() => end(true)} />
        {view.event.phase === "closed" ? <Closed event={event} /> : (
          <div class="console-grid">
            <Needs view={view} give={give} show={show}><HostCall view={view} give={give} /></Needs>
            <Board view={view} give={give} show={show} />
            <SoFar view={view} />
          </div>
        )}
      </main>
      {ending && (
        <Confirm title={t("live.end_ask", { n: counts(view).here })} text={t("live.end_note")} action={t("live.end")} danger
          onConfirm={() => void give({ type: "CloseEvent" })} onClose={() => end(false)} />
      )}
      {toast}
    </>
  );
}

function Closed({ event }: { event: string }) {
  return (
    <div class="console-over">
      <p>{t("live.over")}</p>
      <a class="btn btn-primary" href={pages.report(event)}><Icon name="chart" size="s" />{t("live.see_report")}</a>
    </div>
  );
}

function HeaderEnd({ view, mayInvite, show, onEnd }: { view: HostView; mayInvite: boolean; show: Show; onEnd: () => void }) {
  const { here, all } = counts(view);
  const hosts = Object.entries(view.hosts).filter(([, host]) => host.here);
  const { event } = useSession();
  const invite = async (): Promise<void> => {
    try {
      const link = await api.makeLink(event, { role: "facilitator" });
      await navigator.clipboard.writeText(link.url);
      show(t("live.host_link_copied"));
    } catch (error) {
      show(error instanceof Failed && error.message ? error.message : t("live.not_copied"));
    }
  };
  const begun = view.event.phase !== "draft" && view.event.phase !== "closed";
  return (
    <>
      {begun && <span class="badge badge-live">{t("live.here", { n: here, all })}</span>}
      {hosts.length > 0 && (
        <span class="avatars only-wide" role="img" aria-label={t("live.hosts", { names: names(hosts.map(([, host]) => host.name)) })}>
          {hosts.map(([id, { name }]) => <Avatar key={id} id={id} name={name} size="s" />)}
        </span>
      )}
      {mayInvite && (
        <button class="btn btn-quiet btn-s only-roomy" type="button" onClick={() => void invite()}>
          <Icon name="person-plus" size="s" />{t("live.co_host")}
        </button>
      )}
      {begun && <button class="btn btn-danger-quiet btn-s only-wide" type="button" onClick={onEnd}>{t("live.end")}</button>}
    </>
  );
}
