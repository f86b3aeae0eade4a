import type { ComponentChildren } from "preact";
import { Icon } from "./icon.tsx";

interface FieldProps {
  id: string;
  label: ComponentChildren;
  /** Says why, not what. */
  hint?: string | undefined;
  /** What is wrong and how to put it right. */
  error?: string | undefined;
}

/** A label, a control with this id, and what belongs to them. */
export function Field({ id, label, hint, error, children }: FieldProps & { children: ComponentChildren }) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children}
      {hint && <p class="hint" id={`${id}-hint`}>{hint}</p>}
      {error && <p class="error" id={`${id}-error`}><Icon name="warning" size="s" /><span>{error}</span></p>}
    </div>
  );
}

interface Input {
  type?: "text" | "email" | "date" | "time" | "search";
  name?: string;
  placeholder?: string;
  autocomplete?: string;
  required?: boolean;
  disabled?: boolean;
  maxLength?: number;
}

/** A line of text. */
export function TextField({ id, label, hint, error, value, onInput, type = "text", autocomplete = "off", ...input }: FieldProps & Input & {
  value: string;
  onInput: (value: string) => void;
}) {
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <Field id={id} label={label} hint={hint} error={error}>
      <input
        {...input}
        type={type as "text"} // Preact's types want to know which type it is; here the caller does
        class="input"
        autocomplete={autocomplete}
        id={id}
        value={value}
        aria-invalid={error ? true : undefined}
        aria-describedby={described || undefined}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </Field>
  );
}

/** On or off. */
export function Switch({ label, hint, on, onChange }: {
  label: string;
  hint?: string;
  on: boolean;
  onChange: (on: boolean) => void;
}) {
  return (
    <label class="switch">
      <input type="checkbox" role="switch" checked={on} onChange={(event) => onChange(event.currentTarget.checked)} />
      <span>{label}{hint && <span class="hint">{hint}</span>}</span>
    </label>
  );
}
