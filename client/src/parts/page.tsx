import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type { Announcer } from "../announce.ts";
import { t } from "../texts.ts";
import { Settings } from "./settings.tsx";

/** The document's title; the event's or the screen's name comes first. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title ? t("page.title", { title }) : "Intermingle";
  }, [title]);
}

export function SkipLink() {
  return <a class="skip-link" href="#main">{t("page.skip")}</a>;
}

/** The name and the sign of the product, a link to the start page. */
export function Brand() {
  return (
    <a class="brand" href="/">
      <svg viewBox="0 0 32 32" aria-hidden="true">
        <g stroke-width="2.6" stroke-linecap="round" fill="none">
          <path d="M6 6h20M6 26h20" stroke="var(--round-1)" />
          <path d="M6 6v20M26 6v20" stroke="var(--round-4)" />
          <path d="M6 6l20 20M26 6L6 26" stroke="var(--round-6)" />
        </g>
        <g fill="currentColor">
          <circle cx="6" cy="6" r="3.6" />
          <circle cx="26" cy="6" r="3.6" />
          <circle cx="6" cy="26" r="3.6" />
          <circle cx="26" cy="26" r="3.6" />
        </g>
      </svg>
      <span>Intermingle</span>
    </a>
  );
}

/** The bar on top: brand, what the screen puts in the middle, what it puts at the end, settings. */
export function Header({ children, end, line = false }: {
  children?: ComponentChildren;
  end?: ComponentChildren;
  line?: boolean;
}) {
  return (
    <header class={`app-header${line ? " app-header-line" : ""}`}>
      <Brand />
      {children}
      <span class="push" />
      {end}
      <Settings />
    </header>
  );
}

/** What screen readers are told; seen by nobody. */
export function LiveRegions({ announcer }: { announcer: Announcer }) {
  return (
    <>
      <p class="visually-hidden" role="status" aria-live="polite">{announcer.polite}</p>
      <p class="visually-hidden" role="alert" aria-live="assertive">{announcer.urgent}</p>
    </>
  );
}
