import type { ComponentChildren } from "preact";
import { pages } from "../api.ts";
import { t } from "../texts.ts";
import { Icon, type IconName } from "./icon.tsx";
import { Header } from "./page.tsx";

export type EventPage = "plan" | "console" | "report";

const TABS: readonly { page: EventPage; icon: IconName; text: "event.plan" | "event.live" | "event.report" }[] = [
  { page: "plan", icon: "grid", text: "event.plan" },
  { page: "console", icon: "play", text: "event.live" },
  { page: "report", icon: "chart", text: "event.report" },
];

/** The bar on top of an event's own pages. A host who may not see the plan page gets no tab for it. */
export function EventHeader({ event, title, page, mayPlan, end }: {
  event: string;
  /** Unless the page says it large. */
  title?: string;
  page: EventPage;
  mayPlan: boolean;
  end?: ComponentChildren;
}) {
  return (
    <Header line end={end}>
      {title && <span class="event-name only-wide">{title}</span>}
      <nav class="tabs" aria-label={t("event.pages")}>
        {TABS.filter((tab) => mayPlan || tab.page !== "plan").map((tab) => (
          <a key={tab.page} href={pages[tab.page](event)} aria-current={tab.page === page ? "page" : undefined}>
            <Icon name={tab.icon} size="s" />
            <span class="tab-text">{t(tab.text)}</span>
          </a>
        ))}
      </nav>
    </Header>
  );
}
