// Who shall not share a room, and the ways in.
import { useState } from "preact/hooks";
import { Confirm } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import type { HostView, ListedLink, ParticipantId } from "../protocol.ts";
import { names, t } from "../texts.ts";
import { clockTime, shortDate } from "../when.ts";
import type { Give } from "./console.tsx";
import type { Links } from "./links.ts";

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

export function Invite({ view, links }: { view: HostView; links: Links }) {
  const { guest, listed, copy } = links;
  const code = listed.find((link) => link.code)?.code;
  return (
    <section class="card invite" id="invite" aria-labelledby="invite-title">
      <h2 id="invite-title">{t("plan.invite")}</h2>
      {code && (
        <div>
          <p class="hint">{t("plan.code")}</p>
          <p class="join-code-big">{code}</p>
          <p class="hint">{t("plan.code_hint")}</p>
        </div>
      )}
      {guest ? (
        <div class="invite-grid">
          <img class="qr" alt={t("plan.qr")} src={`data:image/svg+xml,${encodeURIComponent(guest.qr)}`} />
          <p class="hint">{t("plan.qr_hint")}</p>
        </div>
      ) : <p class="hint">{t("plan.invite_hint")}</p>}
      <button class="btn btn-s" type="button" onClick={() => void copy("participant")}><Icon name="copy" size="s" />{t("plan.copy_guest")}</button>
      <button class="btn btn-quiet btn-s" type="button" onClick={() => void copy("facilitator")}><Icon name="link" size="s" />{t("plan.copy_host")}</button>
      <LinksInUse view={view} links={links} />
    </section>
  );
}

/** Each way in, to be taken back. */
function LinksInUse({ view, links }: { view: HostView; links: Links }) {
  const [revoking, revoke] = useState<ListedLink | null>(null);
  if (links.listed.length === 0) return null;
  const called = ({ role, participant }: ListedLink): string =>
    participant === null ? t(`plan.link_${role}`) : t("plan.link_personal", { name: view.people[participant]?.name ?? "" });
  return (
    <details class="links">
      <summary><Icon name="down" size="s" />{t("plan.links")}<span class="count">{links.listed.length}</span></summary>
      <p class="hint">{t("plan.links_hint")}</p>
      <ul class="people-list">
        {links.listed.map((link) => {
          const made = { link: called(link), date: shortDate(link.made_at), time: clockTime(link.made_at) };
          return (
            <li key={link.id}>
              <span class="person-text grow">
                <b class="person-name">{made.link}</b>
                <span class="hint">{t("plan.link_made", made)} {link.yours && t("plan.link_yours")}</span>
              </span>
              {link.yours || (
                <button class="btn btn-icon btn-quiet btn-s" type="button" aria-label={t("plan.link_revoke_this", made)} onClick={() => revoke(link)}>
                  <Icon name="trash" size="s" />
                </button>
              )}
            </li>
          );
        })}
      </ul>
      {revoking && (
        <Confirm title={t("plan.link_revoke_ask")} text={t("plan.link_revoke_text")} action={t("plan.link_revoke")} danger
          onClose={() => revoke(null)} onConfirm={() => void links.revoke(revoking.id)} />
      )}
    </details>
  );
}
