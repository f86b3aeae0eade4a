import { useState } from "preact/hooks";
import { t } from "../texts.ts";
import { Field } from "./field.tsx";
import { Icon } from "./icon.tsx";

/** A whole number with a button on each side; typing works too. */
export function Stepper({ id, label, value, min, max, onChange }: {
  id: string;
  label: string;
  value: number;
  min: number;
  max: number;
  onChange: (value: number) => void;
}) {
  const [typed, setTyped] = useState<string | null>(null);
  const set = (next: number): void => onChange(Math.min(max, Math.max(min, Math.round(next))));
  const type = (text: string): void => {
    setTyped(text);
    const next = Number(text);
    if (text !== "" && next >= min && next <= max) set(next);
  };
  const settle = (): void => {
    if (typed) set(Number(typed) || value);
    setTyped(null);
  };
  return (
    <Field id={id} label={label}>
      <div class="stepper">
        <button type="button" aria-label={t("parts.fewer", { label })} disabled={value <= min} onClick={() => set(value - 1)}>
          <Icon name="minus" size="s" />
        </button>
        <input
          id={id}
          type="number"
          inputmode="numeric"
          min={min}
          max={max}
          value={typed ?? value}
          onInput={(event) => type(event.currentTarget.value)}
          onBlur={settle}
        />
        <button type="button" aria-label={t("parts.more", { label })} disabled={value >= max} onClick={() => set(value + 1)}>
          <Icon name="plus" size="s" />
        </button>
      </div>
    </Field>
  );
}
