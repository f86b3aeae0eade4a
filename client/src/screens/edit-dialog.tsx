// The event's name, time and pace.
import { useState } from "preact/hooks";
import { Field, Switch, TextField } from "../parts/field.tsx";
import { FormDialog } from "../parts/form-dialog.tsx";
import { Stepper } from "../parts/stepper.tsx";
import type { HostView } from "../protocol.ts";
import { t } from "../texts.ts";
import { fields, moment, zoneName } from "../when.ts";
import { toCome, withMinutes } from "./agreed.ts";
import type { Give } from "./console.tsx";

export function EditDialog({ view, give, onClose }: { view: HostView; give: Give; onClose: () => void }) {
  const { event } = view;
  const rounds = toCome(view);
  const [shownDate, shownTime] = event.starts_at === null ? ["", ""] : fields(event.starts_at, event.zone);
  const [title, setTitle] = useState(event.title);
  const [date, setDate] = useState(shownDate);
  const [time, setTime] = useState(shownTime);
  const [zone, setZone] = useState(event.zone);
  const [manual, setManual] = useState(event.manual);
  const [minutes, setMinutes] = useState(rounds[0]?.minutes ?? 8);
  const save = async (): Promise<boolean> => {
    const starts_at = date && time ? moment(date, time, zone) : null;
    if (!(await give({ type: "EditEvent", title, zone, starts_at, manual }))) return false;
    return rounds.length === 0 || rounds[0]?.minutes === minutes || give({ type: "SetRounds", rounds: withMinutes(rounds, minutes) });
  };
  return (
    <FormDialog title={t("plan.edit_title")} onSave={save} onClose={onClose}>
      <TextField id="edit-title" label={t("home.name")} value={title} onInput={setTitle} required maxLength={200} />
      <TextField id="edit-date" type="date" label={t("home.date")} value={date} onInput={setDate} />
      <TextField id="edit-time" type="time" label={t("home.starts", { zone: zoneName(zone) })} value={time} onInput={setTime} />
      <Field id="edit-zone" label={t("plan.zone")}>
        <select class="select" id="edit-zone" value={zone} onChange={(changed) => setZone(changed.currentTarget.value)}>
          {zones(zone).map((each) => <option key={each} value={each}>{each.replaceAll("_", " ")}</option>)}
        </select>
      </Field>
      {rounds.length > 0 && <Stepper id="edit-minutes" label={t("home.minutes")} value={minutes} min={1} max={120} onChange={setMinutes} />}
      <Switch label={t("plan.manual")} hint={t("plan.manual_hint")} on={manual} onChange={setManual} />
    </FormDialog>
  );
}

const zones = (own: string): string[] => [...new Set([own, "UTC", ...Intl.supportedValuesOf("timeZone")])];
