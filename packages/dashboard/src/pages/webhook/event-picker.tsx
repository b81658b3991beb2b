import { Info } from "lucide-react";
import { useState } from "react";
import { Checkbox, Field, TextInput } from "../../ui/field.tsx";
import { CodeBlock } from "../../ui/code-block.tsx";
import { IconButton } from "../../ui/button.tsx";
import { Icon } from "../../ui/icons.tsx";
import { useCatalogue, type EventType } from "../event-types/calls.ts";
import { wantsAll } from "../webhooks/endpoint-text.ts";
import { formStrings } from "./form-strings.ts";
import { strings } from "./strings.ts";

interface PickerProps {
  readonly events: readonly string[];
  readonly onChange: (events: readonly string[]) => void;
  readonly problem?: string | undefined;
}

/** Which events an endpoint wants: everything, whole groups, or single types with a look at their payload. */
export function EventPicker(props: PickerProps) {
  const { events, onChange, problem } = props;
  const catalogue = useCatalogue();
  const isAll = wantsAll(events);
  // What was chosen before "all" comes back when "all" is taken back.
  const [before, setBefore] = useState<readonly string[]>(() =>
    events.filter((each) => each !== "*"),
  );
  const toggleAll = (isOn: boolean) => {
    if (isOn) setBefore(events);
    onChange(isOn ? ["*"] : before);
  };
  const types = [...(catalogue.data?.data ?? []), ...(catalogue.data?.operational ?? [])];
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="flex w-full items-baseline justify-between pb-1 text-label font-medium">
        {formStrings.events}
        {!isAll && (
          <span className="font-normal text-muted">{strings.eventsChosen(events.length)}</span>
        )}
      </legend>
      <Checkbox label={strings.allEvents} isChecked={isAll} onChange={toggleAll} />
      {!isAll &&
        (catalogue.data?.data.length === 0 ? (
          <Named {...props} />
        ) : (
          <Groups {...props} types={types} />
        ))}
      {problem !== undefined && <p className="text-label text-bad">{problem}</p>}
    </fieldset>
  );
}

/** Where the catalogue is open and empty, types are named by hand. */
function Named({ events, onChange }: PickerProps) {
  const [text, setText] = useState(events.join(", "));
  return (
    <Field label={formStrings.eventNames} hint={formStrings.openCatalogue}>
      <TextInput
        value={text}
        placeholder="order.created, order.*"
        onChange={(next) => {
          setText(next);
          onChange(next.split(/[\s,]+/).filter((each) => each !== ""));
        }}
      />
    </Field>
  );
}

function Groups(props: PickerProps & { readonly types: readonly EventType[] }) {
  const { events, onChange, types } = props;
  const [search, setSearch] = useState("");
  const found = types.filter(({ type, title = "", description }) =>
    `${type} ${title} ${description}`.toLowerCase().includes(search.toLowerCase()),
  );
  // Patterns, and what is listed no more: without a box nobody could take them out.
  const listed = new Set(types.map(({ type }) => type));
  const others = events.filter((each) => !listed.has(each));
  const groups = Map.groupBy(found, ({ group }) => group);
  const toggle = (names: readonly string[], isOn: boolean) => {
    const rest = events.filter((each) => !names.includes(each));
    onChange(isOn ? [...rest, ...names] : rest);
  };
  return (
    <div className="rounded-control border border-hairline">
      <div className="border-b border-hairline p-2">
        <TextInput
          aria-label={formStrings.findEvent}
          placeholder={formStrings.findEvent}
          value={search}
          onChange={setSearch}
        />
      </div>
      <div className="max-h-72 overflow-y-auto px-3 py-2">
        {groups.size === 0 && <p className="text-table text-secondary">{formStrings.noEvent}</p>}
        {types.length > 0 &&
          others.map((name) => (
            <Checkbox
              key={name}
              isChecked
              onChange={() => toggle([name], false)}
              label={<code className="text-code">{name}</code>}
              hint={name.endsWith(".*") ? formStrings.patternHint(name.slice(0, -1)) : undefined}
            />
          ))}
        {[...groups].map(([group, members]) => (
          <Group key={group} name={group} members={members} events={events} onToggle={toggle} />
        ))}
      </div>
    </div>
  );
}

function Group(props: {
  readonly name: string;
  readonly members: readonly EventType[];
  readonly events: readonly string[];
  readonly onToggle: (names: readonly string[], isOn: boolean) => void;
}) {
  const { name, members, events, onToggle } = props;
  const names = members.map(({ type }) => type);
  const count = names.filter((each) => events.includes(each)).length;
  return (
    <div className="pb-2">
      <label className="flex min-h-7 items-center gap-2 text-table font-medium">
        <input
          type="checkbox"
          checked={count === names.length}
          ref={(input) => {
            if (input) input.indeterminate = count > 0 && count < names.length;
          }}
          onChange={() => onToggle(names, count < names.length)}
          className="size-4 accent-accent"
        />
        {name}
        <span className="font-normal text-muted tabular-nums">
          {count} / {names.length}
        </span>
      </label>
      <div className="pl-6">
        {members.map((type) => (
          <TypeRow
            key={type.type}
            type={type}
            isChecked={events.includes(type.type)}
            onChange={(isOn) => onToggle([type.type], isOn)}
          />
        ))}
      </div>
    </div>
  );
}

function TypeRow(props: {
  readonly type: EventType;
  readonly isChecked: boolean;
  readonly onChange: (isOn: boolean) => void;
}) {
  const { type, title, description, example, deprecated } = props.type;
  const about = title === undefined ? description : `${type} · ${description}`;
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <div className="flex items-start justify-between gap-2">
        <Checkbox
          isChecked={props.isChecked}
          onChange={props.onChange}
          label={title ?? <code className="text-code">{type}</code>}
          hint={deprecated === null ? about : formStrings.deprecated(about, deprecated)}
        />
        <IconButton
          label={isOpen ? formStrings.hidePayload : formStrings.showPayload(type)}
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          <Icon of={Info} />
        </IconButton>
      </div>
      {isOpen && (
        <div className="py-2">
          <CodeBlock
            code={JSON.stringify(example.data, null, 2)}
            language="json"
            title={formStrings.payload(type)}
          />
        </div>
      )}
    </>
  );
}
