import { Plus, X } from "lucide-react";
import { Button, IconButton } from "./button.tsx";
import { TextInput } from "./field.tsx";
import { Icon } from "./icons.tsx";
import { words } from "./words.ts";

export interface Pair {
  readonly name: string;
  readonly value: string;
}

/** Pairs of name and value, for example custom headers. */
export function KeyValueEditor(props: {
  readonly label: string;
  readonly pairs: readonly Pair[];
  readonly onChange: (pairs: readonly Pair[]) => void;
  readonly namePlaceholder: string;
  readonly valuePlaceholder: string;
  readonly most: number;
  /** What is wrong with the pair at an index. */
  readonly problemAt?: (index: number) => string | undefined;
}) {
  const { pairs, onChange } = props;
  const set = (index: number, change: Partial<Pair>) =>
    onChange(pairs.map((pair, at) => (at === index ? { ...pair, ...change } : pair)));
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="pb-1 text-label font-medium">{props.label}</legend>
      {pairs.map((pair, index) => {
        const problem = props.problemAt?.(index);
        return (
          <div key={index}>
            <div className="flex gap-1.5">
              <TextInput
                aria-label={`${props.namePlaceholder} ${index + 1}`}
                placeholder={props.namePlaceholder}
                value={pair.name}
                onChange={(name) => set(index, { name })}
              />
              <TextInput
                aria-label={`${props.valuePlaceholder} ${index + 1}`}
                placeholder={props.valuePlaceholder}
                value={pair.value}
                onChange={(value) => set(index, { value })}
              />
              <IconButton
                label={words.removeItem(pair.name || String(index + 1))}
                onClick={() => onChange(pairs.filter((_, at) => at !== index))}
              >
                <Icon of={X} />
              </IconButton>
            </div>
            {problem !== undefined && <p className="text-label text-bad">{problem}</p>}
          </div>
        );
      })}
      {pairs.length < props.most && (
        <Button
          look="quiet"
          className="self-start"
          icon={<Icon of={Plus} />}
          onClick={() => onChange([...pairs, { name: "", value: "" }])}
        >
          {words.add}
        </Button>
      )}
    </fieldset>
  );
}
