/** A choice of one among a few, side by side: radio buttons that look like one control. */
export function Segmented<Value extends string | number>({
  legend, hideLegend = false, name, options, value, onChange, fill = false, small = false,
}: {
  legend: string;
  hideLegend?: boolean;
  name: string;
  options: readonly { value: Value; label: string }[];
  value: Value;
  onChange: (value: Value) => void;
  fill?: boolean;
  small?: boolean;
}) {
  const looks = `segmented${fill ? " segmented-fill" : ""}${small ? " segmented-s" : ""}`;
  return (
    <fieldset class="field">
      <legend class={hideLegend ? "visually-hidden" : undefined}>{legend}</legend>
      <div class={looks}>
        {options.map((option) => (
          <label key={option.value}>
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
