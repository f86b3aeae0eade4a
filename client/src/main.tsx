// The one entry: picks the screen by the address and loads only that.
import { type ComponentChild, render } from "preact";
import { api, Failed } from "./api.ts";
import { addTexts } from "./texts.ts";
import { Boundary, FailedPage, StatePage } from "./screens/errors.tsx";
import { applyTheme, theme } from "./theme.ts";
import "./styles/index.css";

const EVENT_PAGE = /^\/e\/([^/]+)(?:\/(plan|console|report))?\/?$/;

async function screen(path: string): Promise<ComponentChild> {
  if (path === "/") {
    const [{ Home }] = await Promise.all([import("./screens/home.tsx"), hostTexts()]);
    return <Home />;
  }
  if (path === "/j") return exchange();
  const [, id, page] = EVENT_PAGE.exec(path) ?? [];
  return id === undefined ? <StatePage why="no-page" /> : eventPage(decodeURIComponent(id), page);
}

async function eventPage(event: string, page: string | undefined): Promise<ComponentChild> {
  switch (page) {
    case "plan": {
      const [{ Plan }] = await Promise.all([import("./screens/plan.tsx"), hostTexts()]);
      return <Plan event={event} />;
    }
    case "console": {
      const [{ Console }] = await Promise.all([import("./screens/console.tsx"), hostTexts()]);
      return <Console event={event} />;
    }
    case "report": {
      const [{ Report }] = await Promise.all([import("./screens/report.tsx"), hostTexts()]);
      return <Report event={event} />;
    }
    default: {
      const { Guest } = await import("./screens/guest.tsx");
      return <Guest event={event} />;
    }
  }
}

async function hostTexts(): Promise<void> {
  addTexts((await import("./texts/en.host.json")).default);
}

/** A link's secret stands in the fragment: exchange it for a cookie, then go on without it. It stays while nobody
 * answers, so that loading the page again tries again. */
async function exchange(): Promise<ComponentChild> {
  try {
    const { to } = await api.exchange(location.hash.slice(1));
    history.replaceState(null, "", to);
  } catch (error) {
    if (error instanceof Failed && error.status >= 400 && error.status < 500) history.replaceState(null, "", "/j");
    throw error;
  }
  return screen(location.pathname);
}

async function start(): Promise<void> {
  applyTheme(theme());
  const root = document.getElementById("app");
  if (!root) return;
  let page: ComponentChild;
  try {
    page = await screen(location.pathname);
  } catch (error) {
    // A part of the page that does not load means no network, or a server that was updated meanwhile.
    page = error instanceof Failed ? <FailedPage error={error} /> : <StatePage why="offline" />;
  }
  render(<Boundary>{page}</Boundary>, root);
}

void start();
