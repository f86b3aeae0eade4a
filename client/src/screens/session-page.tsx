// Wraps the screens of one session: starts and ends it, and shows what is to be shown when the line is
// not open. Screens inside can count on a view.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { LiveRegions } from "../parts/page.tsx";
import type { ConnectionState } from "../store.ts";
import { type Session, SessionContext, startSession, type Who } from "../session.ts";
import { t } from "../texts.ts";
import { Icon } from "../parts/icon.tsx";
import { LoadingPage, StatePage, TwinPage } from "./errors.tsx";

/** `who` must keep its identity while the session shall last. */
export function SessionPage({ who, children }: { who: Who; children: ComponentChildren }) {
  const [session, setSession] = useState<Session | null>(null);
  useEffect(() => {
    const started = startSession(who);
    setSession(started);
    return () => started.end();
  }, [who]);
  return session ? <Running session={session}>{children}</Running> : <LoadingPage />;
}

function Running({ session, children }: { session: Session; children: ComponentChildren }) {
  const { store, connection, announcer } = session;
  const line = store.connection.value;
  if (line.is === "closed" && line.why === "taken-over") return <TwinPage onMove={() => void connection.open()} />;
  if (line.is === "closed") return <StatePage why={line.why} />;
  return (
    <SessionContext.Provider value={session}>
      {store.view.value ? children : <LoadingPage />}
      {line.is === "lost" && <LostNotice line={line} session={session} />}
      <LiveRegions announcer={announcer} />
    </SessionContext.Provider>
  );
}

/** Stays out of the way: the screen below goes on showing what was known. */
function LostNotice({ line, session }: { line: ConnectionState & { is: "lost" }; session: Session }) {
  const { store, connection } = session;
  void store.now.value; // the seconds below follow the ticking clock
  const seconds = Math.max(0, Math.ceil((line.retryAt - performance.now()) / 1000));
  const room = store.guest.value?.room.number ?? null;
  return (
    <div class="toast lost-notice" role="status">
      <Icon name="offline" />
      <p>
        {room === null ? t("page.lost") : t("page.lost_seat", { room })}
        {seconds > 0 && <span class="num" aria-hidden="true"> {t("page.retry_in", { n: seconds })}</span>}
      </p>
      <button class="btn btn-s" type="button" onClick={() => void connection.open()}>{t("page.try_now")}</button>
    </div>
  );
}
