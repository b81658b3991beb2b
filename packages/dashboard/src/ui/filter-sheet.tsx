import { listOf } from "../url-state.ts";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import type { Filter, FilterBarProps } from "./filter-bar.tsx";
import { TimeChip } from "./time-chip.tsx";
import { words } from "./words.ts";

/** On phones: every filter open on one page, in place of chips that would fill the screen. */
export function FilterSheet(
  props: FilterBarProps & { readonly onClear: () => void; readonly onClose: () => void },
) {
  const { filters, state, onChange, onClear, onClose } = props;
  return (
    <Dialog
      title={words.filters}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClear}>{words.clear}</Button>
          <Button look="primary" onClick={onClose}>
            {words.showResults}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-5">
        {filters.map((filter) =>
          filter.isTime ? (
            <TimeChip key={filter.name} {...filter} state={state} onChange={onChange} />
          ) : (
            <Group
              key={filter.name}
              filter={filter}
              values={listOf(state[filter.name])}
              onChange={(values) => onChange({ [filter.name]: values.join(",") })}
            />
          ),
        )}
      </div>
    </Dialog>
  );
}

function Group(props: {
  readonly filter: Filter;
  readonly values: readonly string[];
  readonly onChange: (values: readonly string[]) => void;
}) {
  const { filter, values, onChange } = props;
  const choose = (value: string, isOn: boolean) => {
    if (filter.isSingle) return onChange(isOn ? [value] : []);
    onChange(isOn ? [...values, value] : values.filter((each) => each !== value));
  };
  return (
    <fieldset>
      <legend className="pb-1 text-label font-medium text-secondary">{filter.title}</legend>
      {filter.choices.map(({ value, label }) => (
        <label
          key={value}
          className="flex min-h-11 items-center gap-3 border-b border-hairline text-table"
        >
          <input
            type="checkbox"
            checked={values.includes(value)}
            onChange={(event) => choose(value, event.target.checked)}
            className="size-4 accent-accent"
          />
          <span className="min-w-0 flex-1 truncate">{label}</span>
        </label>
      ))}
    </fieldset>
  );
}
