// A list of people, pasted or dropped. The server reads it; nothing is created before the last button.
import { useEffect, useState } from "preact/hooks";
import { api, Failed } from "../api.ts";
import { Icon } from "../parts/icon.tsx";
import type { Imported, Newcomer, RowProblem } from "../protocol.ts";
import { useSession } from "../session.ts";
import { t } from "../texts.ts";

const TYPED_MS = 400;

export function ImportForm({ onAdd, onCancel }: { onAdd: (people: readonly Newcomer[]) => Promise<void>; onCancel: () => void }) {
  const { event } = useSession();
  const [text, setText] = useState("");
  const [file, setFile] = useState<File | null>(null);
  const [read, setRead] = useState<Imported | null>(null);
  const [failed, setFailed] = useState("");
  const [over, setOver] = useState(false);
  const [busy, setBusy] = useState(false);
  const list: Blob | string = file ?? text;
  useEffect(() => {
    setRead(null);
    setFailed("");
    if (!file && !text.trim()) return;
    let current = true;
    const timer = setTimeout(() => {
      api.importPeople(event, list).then(
        (found) => current && setRead(found),
        (error: unknown) => current && setFailed((error instanceof Failed && error.message) || t("page.offline")),
      );
    }, file ? 0 : TYPED_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [event, list]);
  const drop = (dropped: DragEvent): void => {
    dropped.preventDefault();
    setOver(false);
    setFile(dropped.dataTransfer?.files[0] ?? null);
  };
  const add = async (): Promise<void> => {
    if (!read) return;
    setBusy(true);
    await onAdd(read.people.map(({ name, email, role, headline }) => ({ id: crypto.randomUUID(), name, email, role, headline })));
    setBusy(false);
  };
  const people = read?.people.length ?? 0;
  return (
    <div class="stack stack-3">
      <div class="field">
        <label for="csv">{t("plan.csv_label")}</label>
        <textarea class="textarea csv" id="csv" spellcheck={false} rows={6} value={text} disabled={file !== null}
          onInput={(event) => setText(event.currentTarget.value)} />
      </div>
      <label class="dropzone" data-over={over} onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={drop}>
        <Icon name="upload" size="l" />
        <span class="small">{file ? file.name : t("plan.csv_drop")}</span>
        <span class="btn btn-s">{t("plan.choose_file")}</span>
        <input class="visually-hidden" type="file" accept=".csv,.tsv,.txt,text/csv,text/plain"
          onChange={(event) => setFile(event.currentTarget.files?.[0] ?? null)} />
      </label>
      {file && <button class="btn btn-quiet btn-s" type="button" onClick={() => setFile(null)}>{t("plan.other_file")}</button>}
      {failed && <p class="error" role="alert"><Icon name="warning" size="s" /><span>{failed}</span></p>}
      {read && <Preview read={read} />}
      <div class="row">
        <button class="btn btn-primary btn-s" type="button" disabled={people === 0 || busy} onClick={() => void add()}>{t("plan.csv_go", { n: people })}</button>
        <button class="btn btn-quiet btn-s" type="button" onClick={onCancel}>{t("parts.cancel")}</button>
      </div>
    </div>
  );
}

const SHOWN = 5;

/** How the list was read, every row that needs a look, and the first people. */
function Preview({ read }: { read: Imported }) {
  const troubles: readonly RowProblem[] = [...read.problems, ...read.questions];
  return (
    <div class="import-errors" role="status">
      <p class="strong small">{t("plan.csv_fine", { n: read.people.length })} {troubles.length > 0 && t("plan.csv_look", { n: troubles.length })}</p>
      {read.encoding && read.people.length > 0 && (
        <p class="hint">{t("plan.csv_read", { encoding: read.encoding.toUpperCase(), columns: read.columns.map((column) => t(`plan.column_${column}`)).join(", ") })}</p>
      )}
      <ul>
        {troubles.map((trouble, i) => (
          <li key={`problem-${i}`}>
            {trouble.row > 0 && <span class="row-no num">{t("plan.row", { n: trouble.row })}</span>}
            <div class="grow">
              <p class="error"><Icon name="warning" size="s" /><span>{trouble.sentence}</span></p>
              {trouble.fix && <p class="hint">{trouble.fix}</p>}
            </div>
          </li>
        ))}
        {read.people.slice(0, SHOWN).map(({ row, name, role, email, headline }) => (
          <li key={row}>
            <span class="row-no num">{t("plan.row", { n: row })}</span>
            <div class="grow"><p class="small"><b>{name}</b></p><p class="hint">{[role, email, headline].filter(Boolean).join(" · ")}</p></div>
          </li>
        ))}
        {read.people.length > SHOWN && <li><p class="hint">{t("plan.csv_more", { n: read.people.length - SHOWN })}</p></li>}
      </ul>
    </div>
  );
}
