import { Infinity as Endless } from "lucide-react";
import { TextInput } from "../../ui/field.tsx";
import { iconButtonClass } from "../../ui/button.tsx";
import { Icon } from "../../ui/icons.tsx";
import { UNLIMITED } from "./limit.ts";
import { strings } from "./plan-strings.ts";

/** A number, nothing, or that there is no limit. */
export function LimitInput(props: {
  /** What is limited. */
  readonly name: string;
  /** Where no `Field` names it. */
  readonly label?: string;
  /** As typed; `UNLIMITED` for no limit. */
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const { name, label, value, onChange } = props;
  const isUnlimited = value === UNLIMITED;
  return (
    <span className="flex items-center gap-1">
      <TextInput
        inputMode="numeric"
        pattern="[0-9]*"
        aria-label={label}
        disabled={isUnlimited}
        placeholder={isUnlimited ? strings.unlimited : undefined}
        value={isUnlimited ? "" : value}
        onChange={onChange}
        className="tabular-nums"
      />
      <button
        type="button"
        aria-pressed={isUnlimited}
        aria-label={strings.noLimitOf(label ?? name)}
        title={strings.noLimitOf(label ?? name)}
        onClick={() => onChange(isUnlimited ? "" : UNLIMITED)}
        className={`${iconButtonClass} aria-pressed:bg-sunken aria-pressed:text-text`}
      >
        <Icon of={Endless} />
      </button>
    </span>
  );
}
