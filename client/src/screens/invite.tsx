// Who shall not share a room, and the ways in.
import { useState } from "preact/hooks";
import { api, Failed } from "../api.ts";
import { Icon } from "../parts/icon.tsx";
import type { HostView, Link, LinkRole, ParticipantId } from "../protocol.ts";
import { useSession } from "../session.ts";
import { names, t } from "../texts.ts";
import type { Give, Show } from "./console.tsx";

export function Apart({ view, people, give }: { view: HostView; people: readonly ParticipantId[]; give: Give }) {
  const [adding, add] = useState(false);
  const pairs = Object.values(view.apart);
  const name = (id: ParticipantId): string => view.people[id]?.name ?? "";
  const set = (next: readonly (readonly [string, string])[]): Promise<boolean> =>
    give({ type: "KeepApart", pairs: next.map(([a, b]) => [a, b] as const) });
  return (
    <section class="card rules" aria-labelledby="rules-title">
      <h2 id="rules-title">{t("plan.rules")}</h2>
      <div class="rule">
        <div class="row">
          <Icon name="apart" />
          <b class="grow">{t("plan.rule_apart")}</b>
          {people.length > 1 && (
            <button class="btn btn-icon btn-quiet btn-s" type="button" aria-label={t("plan.apart_add")} aria-expanded={adding} onClick={() => add(!adding)}>
              <Icon name="plus" size="s" />
            </button>
          )}
        </div>
        {pairs.length === 0 && !adding && <p class="hint">{t("plan.apart_none")}</p>}
        <ul class="pair-list">
          {pairs.map(([a, b]) => (
            <li key={`${a} ${b}`}>
              <span class="tag">
                {names([name(a), name(b)])}
                <button type="button" aria-label={t("plan.apart_remove", { names: names([name(a), name(b)]) })}
                  onClick={() => void set(pairs.filter(([c, d]) => c !== a || d !== b))}>
                  <Icon name="close" size="s" />
                </button>
              </span>
            </li>
          ))}
        </ul>
        {adding && <PairForm people={people} name={name} onPair={async (a, b) => { if (await set([...pairs, a < b ? [a, b] : [b, a]])) add(false); }} />}
      </div>
    </section>
  );
}

function PairForm({ people, name, onPair }: {
  people: readonly ParticipantId[];
  name: (id: ParticipantId) => string;
  onPair: (a: ParticipantId, b: ParticipantId) => Promise<void>;
}) {
  const [a, setA] = useState(people[0] ?? "");
  const [b, setB] = useState(people[1] ?? "");
  const submit = (submitted: SubmitEvent): void => {
    submitted.preventDefault();
    void onPair(a, b);
  };
  const choice = (id: string, label: string, value: string, set: (id: string) => void) => (
    <div class="field">
      <label for={id}>{label}</label>
      <select class="select" id={id} value={value} onChange={(event) => set(event.currentTarget.value)}>
        {people.map((person) => <option key={person} value={person}>{name(person)}</option>)}
      </select>
    </div>
  );
  return (
    <form class="stack stack-3" onSubmit={submit}>
      {choice("apart-a", t("plan.apart_one"), a, setA)}
      {choice("apart-b", t("plan.apart_other"), b, setB)}
      <button class="btn btn-s" type="submit" disabled={a === b}>{t("plan.apart_keep")}</button>
    </form>
  );
}

export function Invite({ show }: { show: Show }) {
  const { event } = useSession();
  const [guest, setGuest] = useState<Link | null>(null);
  const make = async (role: LinkRole): Promise<Link | null> => {
    try {
      return await api.makeLink(event, { role });
    } catch (error) {
      show((error instanceof Failed && error.message) || t("page.offline"));
      return null;
    }
  };
  const copy = async (link: Link | null): Promise<void> => {
    if (!link) return;
    try {
      await navigator.clipboard.writeText(link.url);
      show(t("plan.copied"));
    } catch {
      show(link.url); // Browsers refuse the clipboard without a secure page: then the link itself is shown.
    }
  };
  const guestLink = async (): Promise<Link | null> => {
    const link = guest ?? (await make("participant"));
    setGuest(link);
    return link;
  };
  return (
    <section class="card invite" id="invite" aria-labelledby="invite-title">
      <h2 id="invite-title">{t("plan.invite")}</h2>
      {guest ? (
        <div class="invite-grid">
          <img class="qr" alt={t("plan.qr")} src={`data:image/svg+xml,${encodeURIComponent(guest.qr)}`} />
          <p class="hint">{t("plan.qr_hint")}</p>
        </div>
      ) : <p class="hint">{t("plan.invite_hint")}</p>}
      <button class="btn btn-s" type="button" onClick={() => void guestLink().then(copy)}><Icon name="copy" size="s" />{t("plan.copy_guest")}</button>
      <button class="btn btn-quiet btn-s" type="button" onClick={() => void make("facilitator").then(copy)}><Icon name="link" size="s" />{t("plan.copy_host")}</button>
    </section>
  );
}
