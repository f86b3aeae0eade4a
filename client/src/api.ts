// The server's HTTP calls, typed. Every failure is a `Failed`: a problem the server explained, or no answer.
import type {
  CommandBody, CreateBody, Created, Done, Exchanged, Imported, JoinBody, Joined, Link, LinkBody, LinkRole, ListedEvent, ListedLink,
  Problem, PublicEvent, Report, TicketBody, TicketGiven, WhatIf,
} from "./protocol.ts";

/** `code` is stable ("offline" when there was no answer); `message` is a sentence for people. */
export class Failed extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const raw = body instanceof Blob || typeof body === "string";
  const sent = body === undefined || raw ? body : JSON.stringify(body);
  const headers = body === undefined || raw ? {} : { "Content-Type": "application/json" };
  let answer: Response;
  try {
    answer = await fetch(`/api/v1${path}`, { method, headers, body: sent ?? null });
  } catch {
    throw new Failed(0, "offline", "");
  }
  if (answer.ok) return (answer.status === 204 ? undefined : await answer.json()) as T;
  const problem = (await answer.json().catch(() => ({}))) as Partial<Problem>;
  throw new Failed(answer.status, problem.code ?? "fault", problem.detail ?? problem.title ?? "");
}

const at = (event: string, rest = ""): string => `/events/${encodeURIComponent(event)}${rest}`;

export const api = {
  createEvent: (body: CreateBody) => call<Created>("POST", "/events", body),
  /** Events that this browser holds a cookie for. */
  events: () => call<ListedEvent[]>("GET", "/events"),
  event: (event: string) => call<PublicEvent>("GET", at(event)),
  /** A secret from a link for a cookie. */
  exchange: (token: string) => call<Exchanged>("POST", "/exchange", { token }),
  code: (code: string) => call<Exchanged>("POST", "/code", { code }),
  demo: () => call<Created>("POST", "/demo"),
  join: (event: string, body: JoinBody) => call<Joined>("POST", at(event, "/join"), body),
  ticket: (event: string, body: TicketBody) => call<TicketGiven>("POST", at(event, "/ticket"), body),
  /** A command that is too long for a message. */
  command: (event: string, body: CommandBody) => call<Done>("POST", at(event, "/commands"), body),
  /** What a list of people would become; nothing is created. */
  importPeople: (event: string, list: Blob | string) => call<Imported>("POST", at(event, "/import"), list),
  makeLink: (event: string, body: LinkBody) => call<Link>("POST", at(event, "/links"), body),
  links: (event: string) => call<ListedLink[]>("GET", at(event, "/links")),
  revokeLink: (event: string, link: string) => call<void>("DELETE", at(event, `/links/${encodeURIComponent(link)}`)),
  whatIf: (event: string) => call<WhatIf>("GET", at(event, "/what-if")),
  /** What has been achieved so far. */
  report: (event: string) => call<Report>("GET", at(event, "/report")),
};

export type Download = "plan.csv" | "plan.json" | "calendar.ics" | "report.csv" | "report.graphml" | "me/contacts.vcf";

/** The address of a file to download. */
export const download = (event: string, file: Download): string => `/api/v1${at(event, `/${file}`)}`;

/** Pages. Going to one is an ordinary navigation. */
export const pages = {
  home: "/",
  guest: (event: string) => `/e/${encodeURIComponent(event)}`,
  plan: (event: string) => `/e/${encodeURIComponent(event)}/plan`,
  console: (event: string) => `/e/${encodeURIComponent(event)}/console`,
  report: (event: string) => `/e/${encodeURIComponent(event)}/report`,
};

export type { LinkRole };
