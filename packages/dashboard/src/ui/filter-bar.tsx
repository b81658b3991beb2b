import { ListFilter, Search } from "lucide-react";
import { lazy, Suspense, useEffect, useRef, useState, type ReactNode } from "react";
import { listOf, type UrlState } from "../url-state.ts";
import { Button } from "./button.tsx";
import { inputClass } from "./field.tsx";
import { Icon } from "./icons.tsx";
import { FilterChip } from "./filter-chip.tsx";
import { usePhone } from "./media.ts";
import type { MenuChoice } from "./menu-entry.ts";
import { useSingleKeys } from "./single-keys.ts";
import { TimeChip } from "./time-chip.tsx";
import { words } from "./words.ts";

export interface Filter {
  /** Name in the URL and in the API. */
  readonly name: string;
  readonly title: string;
  readonly choices: readonly MenuChoice[];
  /** Only one at a time. */
  readonly isSingle?: boolean;
  /** Its choices are spans that end now; a range of one's own is offered, too, as `from` and `to`. */
  readonly isTime?: boolean;
}

export interface FilterBarProps {
  readonly state: UrlState;
  readonly onChange: (change: Record<string, string | undefined>) => void;
  /** What the search field finds; absent where a list has none. */
  readonly search?: string;
  readonly filters: readonly Filter[];
  /** Names in the URL that filter, too, and have no chip. */
  readonly others?: readonly string[];
  readonly children?: ReactNode;
}

const FilterSheet = lazy(() =>
  import("./filter-sheet.tsx").then((it) => ({ default: it.FilterSheet })),
);

const DEBOUNCE_MS = 250;

/** Search on the left (`/` focuses it), a chip with a checklist per filter, Clear. The state is the URL's. */
export function FilterBar(props: FilterBarProps) {
  const { state, onChange, search, filters, others = [], children } = props;
  const isPhone = usePhone();
  const [isOpen, setOpen] = useState(false);
  const names = filters.flatMap(({ name, isTime }) => (isTime ? [name, "from", "to"] : [name]));
  const isOn = (name: string) => (state[name] ?? "") !== "";
  const count = filters.filter(({ name, isTime }) =>
    (isTime ? [name, "from", "to"] : [name]).some(isOn),
  ).length;
  const clear = () =>
    onChange(Object.fromEntries([...names, ...others, "q"].map((name) => [name, undefined])));
  return (
    <div className="flex flex-wrap items-center gap-2">
      {search !== undefined && (
        <SearchField label={search} value={state["q"] ?? ""} onChange={(q) => onChange({ q })} />
      )}
      {isPhone && filters.length > 1 ? (
        <Button icon={<Icon of={ListFilter} />} onClick={() => setOpen(true)}>
          {count === 0 ? words.filters : words.filtersOn(count)}
        </Button>
      ) : (
        <FilterChips {...props} />
      )}
      {(count > 0 || [...others, "q"].some(isOn)) && (
        <Button look="quiet" onClick={clear}>
          {words.clear}
        </Button>
      )}
      {children}
      {isOpen && (
        <Suspense>
          <FilterSheet {...props} onClear={clear} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </div>
  );
}

function FilterChips({ filters, state, onChange }: FilterBarProps) {
  return filters.map((filter) =>
    filter.isTime ? (
      <TimeChip key={filter.name} {...filter} state={state} onChange={onChange} />
    ) : (
      <FilterChip
        key={filter.name}
        filter={filter}
        values={listOf(state[filter.name])}
        onChange={(values) => onChange({ [filter.name]: values.join(",") })}
      />
    ),
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
