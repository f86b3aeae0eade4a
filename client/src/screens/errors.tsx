// What a person sees when something is missing, over or broken: one card each, with one thing to do.
import { Component, type ComponentChildren } from "preact";
import { Failed, pages } from "../api.ts";
import type { Art } from "../parts/art.tsx";
import { Header, SkipLink, useTitle } from "../parts/page.tsx";
import { StateCard } from "../parts/state.tsx";
import { t } from "../texts.ts";

interface Card {
  art: Art;
  title: string;
  text: string;
  action: { label: string; go: () => void };
  /** Told only where it helps to pass it on. */
  code?: string;
}

const home = () => ({ label: t("page.home"), go: () => location.assign(pages.home) });
const again = () => ({ label: t("page.try_again"), go: () => location.reload() });

/** The card for a reason: a close code's name, a problem's code, or "offline". */
function card(why: string): Card {
  switch (why) {
    case "removed":
    case "shut-out":
      return { art: "removed", title: t("states.removed.title"), text: t("states.removed.text"), action: home() };
    case "revoked":
      return { art: "link", title: t("states.revoked.title"), text: t("states.revoked.text"), action: home() };
    case "bad-link":
      return { art: "link", title: t("states.expired.title"), text: t("states.expired.text"), action: home() };
    case "no-event":
      return { art: "link", title: t("states.no_event.title"), text: t("states.no_event.text"), action: home() };
    case "no-cookie":
      return { art: "link", title: t("states.no_entry.title"), text: t("states.no_entry.text"), action: home() };
    case "no-page":
      return { art: "fault", title: t("states.not_found.title"), text: t("states.not_found.text"), action: home() };
    case "wrong-version": {
      const reload = { label: t("page.reload"), go: () => location.reload() };
      return { art: "browser", title: t("states.version.title"), text: t("states.version.text"), action: reload };
    }
    case "left": {
      const back = { label: t("page.come_back"), go: () => location.reload() };
      return { art: "over", title: t("states.left.title"), text: t("states.left.text"), action: back };
    }
    case "full":
    case "too-many-people":
      return { art: "full", title: t("states.full.title"), text: t("states.full.text"), action: again() };
    case "over":
      return { art: "over", title: t("states.over.title"), text: t("states.over.text"), action: home() };
    case "offline":
      return { art: "lost", title: t("states.failed.title"), text: t("states.failed.text"), action: again() };
    default:
      return { art: "fault", title: t("states.server.title"), text: t("states.server.text"), action: again(), code: why };
  }
}

/** A page that holds one card. */
export function StatePage({ why }: { why: string }) {
  const { art, title, text, action, code } = card(why);
  useTitle(title);
  return (
    <CardPage>
      <StateCard
        art={art}
        title={title}
        text={text}
        badge={code && t("page.code", { code })}
        actions={<button class="btn btn-primary" type="button" onClick={action.go}>{action.label}</button>}
      />
    </CardPage>
  );
}

/** The event goes on in another window; `onMove` takes it here. */
export function TwinPage({ onMove }: { onMove: () => void }) {
  useTitle(t("states.twin.title"));
  return (
    <CardPage>
      <StateCard
        art="twin"
        title={t("states.twin.title")}
        text={t("states.twin.text")}
        actions={<button class="btn btn-primary" type="button" onClick={onMove}>{t("page.here")}</button>}
      />
    </CardPage>
  );
}

export function LoadingPage() {
  return <CardPage><p class="muted" role="status">{t("page.loading")}</p></CardPage>;
}

export function CardPage({ children }: { children: ComponentChildren }) {
  return (
    <>
      <SkipLink />
      <Header />
      <main id="main" class="states state-page wrap">{children}</main>
    </>
  );
}

/** The page for a failed HTTP call. */
export function FailedPage({ error }: { error: unknown }) {
  return <StatePage why={error instanceof Failed ? error.code : "fault"} />;
}

/** Keeps a bug in one screen from leaving an empty page. */
export class Boundary extends Component<{ children: ComponentChildren }, { broken: boolean }> {
  override state = { broken: false };

  override componentDidCatch(error: unknown): void {
    console.error(error);
    this.setState({ broken: true });
  }

  override render() {
    return this.state.broken ? <StatePage why="fault" /> : this.props.children;
  }
}
