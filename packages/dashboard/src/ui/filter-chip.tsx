import { ChevronDown, X } from "lucide-react";
import { lazy } from "react";
import type { Filter } from "./filter-bar.tsx";
import { Icon } from "./icons.tsx";
import { MenuAnchor } from "./menu-anchor.tsx";
import { words } from "./words.ts";

const Choices = lazy(() => import("./menu-popup.tsx").then((it) => ({ default: it.MenuChoices })));

export const CHIP =
  "inline-flex h-11 items-center gap-1 rounded-control border border-dashed border-control px-2.5 text-table desk:h-8 hover:bg-sunken";

/** One filter as a chip: its name, or what it is set to, with a cross that takes it out. */
export function FilterChip(props: {
  readonly filter: Filter;
  readonly values: readonly string[];
  readonly onChange: (values: readonly string[]) => void;
}) {
  const { filter, values, onChange } = props;
  const labels = filter.choices.filter(({ value }) => values.includes(value));
  const text = labels.map(({ label }) => label).join(", ");
  const isOn = values.length > 0;
  return (
    <span className="inline-flex items-center">
      <MenuAnchor
        align="start"
        popupClassName="max-h-80 overflow-y-auto"
        className={`${CHIP} ${isOn ? "rounded-r-none border-solid! bg-surface font-medium" : "text-secondary"}`}
        face={
          <>
            {isOn ? `${filter.title}: ${text || values.join(", ")}` : filter.title}
            <Icon of={ChevronDown} />
          </>
        }
      >
        <Choices
          choices={filter.choices}
          values={values}
          isSingle={filter.isSingle === true}
          onChange={props.onChange}
        />
      </MenuAnchor>
      {isOn && (
        <button
          type="button"
          aria-label={`${words.clear} ${filter.title}`}
          onClick={() => onChange([])}
          className="inline-flex size-11 items-center justify-center rounded-r-control border border-l-0 border-control bg-surface text-secondary hover:bg-sunken desk:size-8"
        >
          <Icon of={X} />
        </button>
      )}
    </span>
  );
}
