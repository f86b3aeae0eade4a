// The people of an event: find, mend, remove, and add a list that is shown before it counts.
import { useState } from "preact/hooks";
import { Confirm } from "../parts/dialog.tsx";
import { TextField } from "../parts/field.tsx";
import { FormDialog } from "../parts/form-dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { MenuButton } from "../parts/menu.tsx";
import { Person } from "../parts/person.tsx";
import type { HostView, Newcomer, ParticipantId } from "../protocol.ts";
import { t } from "../texts.ts";
import { batches, pause } from "./batches.ts";
import type { Give, Show } from "./console.tsx";
import { ImportForm } from "./import-form.tsx";
import type { Links } from "./links.ts";

const FEW = 6;

export function PeoplePanel({ view, people, give, show, links, adding, onAdding: add }: {
  view: HostView;
  people: readonly ParticipantId[];
  give: Give;
  show: Show;
  links: Links;
  /** The form for a list is open. */
  adding: boolean;
  onAdding: (adding: boolean) => void;
}) {
  const [wanted, setWanted] = useState("");
  const [all, showAll] = useState(false);
  const [editing, edit] = useState<ParticipantId | null>(null);
  const [removing, remove] = useState<ParticipantId | null>(null);
  const over = view.event.phase === "closed";
  const searched = wanted.trim().toLocaleLowerCase();
  const found = people.filter((id) => (view.people[id]?.name ?? "").toLocaleLowerCase().includes(searched));
  const shown = all || searched ? found : found.slice(0, FEW);
  const added = async (newcomers: readonly Newcomer[]): Promise<void> => {
    for (const [number, batch] of batches(newcomers).entries()) {
      if (number > 0) await pause();
      if (!(await give({ type: "AddPeople", people: batch }))) return;
    }
    add(false);
    show(t("plan.added", { n: newcomers.length }));
  };
  return (
    <section class="card" id="people" aria-labelledby="people-title">
      <div class="card-head">
        <h2 id="people-title">{t("plan.people")}</h2>
        <span class="count">{people.length}</span>
        {!adding && !over && <button class="btn btn-s push" type="button" onClick={() => add(true)}><Icon name="upload" size="s" />{t("plan.add_list")}</button>}
      </div>
      {adding ? <ImportForm onAdd={added} onCancel={() => add(false)} /> : (
        <div class="stack stack-3">
          {people.length > FEW && (
            <div class="input-with">
              <Icon name="search" size="s" />
              <label class="visually-hidden" for="find-person">{t("live.find")}</label>
              <input class="input input-s" id="find-person" type="search" placeholder={t("live.find")} value={wanted}
                onInput={(event) => setWanted(event.currentTarget.value)} />
            </div>
          )}
          {people.length === 0 && <p class="hint">{t("states_host.no_people.text")}</p>}
          <ul class="people-list">
            {shown.map((id) => <Listed key={id} view={view} id={id} onEdit={() => edit(id)} onRemove={() => remove(id)} onLink={() => void links.copy("participant", id)} />)}
          </ul>
          {shown.length < found.length && (
            <button class="btn btn-quiet btn-s btn-wide" type="button" onClick={() => showAll(true)}>{t("plan.show_all", { n: found.length })}</button>
          )}
        </div>
      )}
      {editing && <EditPerson view={view} id={editing} give={give} onClose={() => edit(null)} />}
      {removing && (
        <Confirm title={t("plan.remove_ask", { name: view.people[removing]?.name ?? "" })} action={t("plan.remove")} danger
          onClose={() => remove(null)} onConfirm={() => void give({ type: "RemovePerson", person: removing })} />
      )}
    </section>
  );
}

function Listed({ view, id, onEdit, onRemove, onLink }: {
  view: HostView;
  id: ParticipantId;
  onEdit: () => void;
  onRemove: () => void;
  onLink: () => void;
}) {
  const person = view.people[id];
  if (!person) return null;
  const items = () => [
    { label: t("plan.edit_person"), icon: "edit" as const, onChoose: onEdit },
    { label: t("plan.copy_personal"), icon: "link" as const, onChoose: onLink },
    { label: t("plan.remove"), icon: "trash" as const, onChoose: onRemove },
  ];
  return (
    <li>
      <Person id={id} name={person.name} line={person.headline || person.email} />
      {person.role && <span class="badge">{person.role}</span>}
      {view.event.phase !== "closed" && <MenuButton class="btn btn-icon btn-quiet btn-s" aria-label={t("plan.person_menu", { name: person.name })} items={items}>
        <Icon name="more" size="s" />
      </MenuButton>}
    </li>
  );
}

function EditPerson({ view, id, give, onClose }: { view: HostView; id: ParticipantId; give: Give; onClose: () => void }) {
  const person = view.people[id];
  const [changed, change] = useState<Required<Newcomer>>({
    id, name: person?.name ?? "", email: person?.email ?? "", role: person?.role ?? "", headline: person?.headline ?? "",
  });
  const save = (): Promise<boolean> => give({ type: "EditPerson", person: changed });
  return (
    <FormDialog title={t("plan.edit_named", { name: person?.name ?? "" })} onSave={save} onClose={onClose}>
      <TextField id="person-name" label={t("plan.name")} value={changed.name} onInput={(name) => change({ ...changed, name })} required />
      <TextField id="person-role" label={t("plan.role")} value={changed.role} onInput={(role) => change({ ...changed, role })} />
      <TextField id="person-email" type="email" label={t("plan.email")} value={changed.email} onInput={(email) => change({ ...changed, email })} />
      <TextField id="person-line" label={t("join.headline")} value={changed.headline} onInput={(headline) => change({ ...changed, headline })} />
    </FormDialog>
  );
}
