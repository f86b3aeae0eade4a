import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Field } from "./field.tsx";
import { Icon } from "./icon.tsx";

/** A list of short texts: Enter, or leaving the field, adds one. */
export function TagInput({ id, label, tags, placeholder, removeLabel, onChange }: {
  id: string;
  label: ComponentChildren;
  tags: readonly string[];
  placeholder: string;
  removeLabel: (tag: string) => string;
  onChange: (tags: readonly string[]) => void;
}) {
  const [text, setText] = useState("");
  const add = (): void => {
    const tag = text.trim();
    if (tag) onChange([...tags, tag]);
    setText("");
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || !text.trim()) return;
    event.preventDefault();
    add();
  };
  return (
    <Field id={id} label={label}>
      <div class="chip-input">
        {tags.map((tag, i) => (
          <span class="tag" key={`${i} ${tag}`}>
            <span class="clip">{tag}</span>
            <button type="button" aria-label={removeLabel(tag)} onClick={() => onChange(tags.filter((_, k) => k !== i))}>
              <Icon name="close" size="s" />
            </button>
          </span>
        ))}
        <input
          id={id}
          value={text}
          placeholder={placeholder}
          autocomplete="off"
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          onBlur={add}
        />
      </div>
    </Field>
  );
}
