import { ChevronDown, Search, X } from "lucide-react";
import { lazy, useEffect, useRef, useState, type ReactNode } from "react";
import { listOf, type UrlState } from "../url-state.ts";
import { Button } from "./button.tsx";
import { inputClass } from "./field.tsx";
import { Icon } from "./icons.tsx";
import { MenuAnchor } from "./menu-anchor.tsx";
import type { MenuChoice } from "./menu.tsx";
import { useSingleKeys } from "./single-keys.ts";
import { words } from "./words.ts";

export interface Filter {
  /** Name in the URL and in the API. */
  readonly name: string;
  readonly title: string;
  readonly choices: readonly MenuChoice[];
  /** Only one at a time. */
  readonly isSingle?: boolean;
}

export interface FilterBarProps {
  readonly state: UrlState;
  readonly onChange: (change: Record<string, string | undefined>) => void;
  /** What the search field finds; absent where a list has none. */
  readonly search?: string;
  readonly filters: readonly Filter[];
  readonly children?: ReactNode;
}

const DEBOUNCE_MS = 250;

/** Search on the left (`/` focuses it), a chip with a checklist per filter, Clear. The state is the URL's. */
export function FilterBar({ state, onChange, search, filters, children }: FilterBarProps) {
  const names = filters.map(({ name }) => name);
  const isFiltered = [...names, "q"].some((name) => (state[name] ?? "") !== "");
  const clear = () =>
    onChange(Object.fromEntries([...names, "q"].map((name) => [name, undefined])));
  return (
    <div className="flex flex-wrap items-center gap-2">
      {search !== undefined && (
        <SearchField label={search} value={state["q"] ?? ""} onChange={(q) => onChange({ q })} />
      )}
      {filters.map((filter) => (
        <FilterChip
          key={filter.name}
          filter={filter}
          values={listOf(state[filter.name])}
          onChange={(values) => onChange({ [filter.name]: values.join(",") })}
        />
      ))}
      {isFiltered && (
        <Button look="quiet" onClick={clear}>
          {words.clear}
        </Button>
      )}
      {children}
    </div>
  );
}

/** Waits for a pause in typing before it asks anybody. */
export function SearchField(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const { value, onChange } = props;
  const [text, setText] = useState(value);
  const input = useRef<HTMLInputElement>(null);
  const [shown, setShown] = useState(value);
  // Cleared from elsewhere, or Back: the field follows the address.
  if (shown !== value) {
    setShown(value);
    setText(value);
  }
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => onChange(text), DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  useSingleKeys({ "/": () => input.current?.focus() });
  return (
    <div className="relative w-full desk:w-64">
      <span className="pointer-events-none absolute inset-y-0 left-2.5 flex items-center text-muted">
        <Icon of={Search} />
      </span>
      <input
        ref={input}
        type="search"
        aria-label={props.label}
        placeholder={props.label}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && input.current?.blur()}
        className={`${inputClass} pl-8`}
      />
    </div>
  );
}

const Choices = lazy(() => import("./menu-popup.tsx").then((it) => ({ default: it.MenuChoices })));

const CHIP =
  "inline-flex h-11 items-center gap-1 rounded-control border border-dashed border-control px-2.5 text-table desk:h-8 hover:bg-sunken";

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
