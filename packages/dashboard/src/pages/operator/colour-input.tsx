import { TextInput } from "../../ui/field.tsx";

export function isColour(text: string): boolean {
  return /^#[0-9a-f]{6}$/i.test(text);
}

/** A colour to write, and beside it the browser's own way to pick one. */
export function ColourInput(props: {
  readonly pickLabel: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const { value, onChange } = props;
  return (
    <div className="flex items-center gap-2">
      <input
        type="color"
        aria-label={props.pickLabel}
        // It knows no empty value: grey stands for none.
        value={isColour(value) ? value : "#808080"}
        onChange={(event) => onChange(event.target.value)}
        className="h-11 w-11 shrink-0 cursor-pointer rounded-control border border-control bg-surface p-1 desk:h-8 desk:w-10"
      />
      <TextInput
        value={value}
        onChange={(text) => onChange(text.trim())}
        autoComplete="off"
        spellCheck={false}
        placeholder="#rrggbb"
        className="max-w-40 font-mono"
      />
    </div>
  );
}
