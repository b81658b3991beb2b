import { ChevronDown, ChevronRight } from "lucide-react";
import { useState } from "react";
import { useCopy } from "./copy-button.tsx";
import { Icon } from "./icons.tsx";
import { childPath, entriesOf, isContainer, sayValue, type Json } from "./json-path.ts";
import { words } from "./words.ts";

/** Members of one container that are drawn before "more". */
const SHOWN = 100;
const OPEN_DEPTH = 2;

/** JSON that opens and closes; a click on a key copies its path, `$.data.winners[0].consumerId`. */
export function JsonTree({ value, label }: { readonly value: Json; readonly label: string }) {
  return (
    <div
      role="group"
      aria-label={label}
      className="overflow-x-auto rounded-control bg-sunken px-3 py-2 font-mono text-code leading-6 dark:border dark:border-hairline"
    >
      <Node name={null} value={value} path="$" depth={0} />
    </div>
  );
}

interface NodeProps {
  readonly name: string | null;
  readonly value: Json;
  readonly path: string;
  readonly depth: number;
}

function Node({ name, value, path, depth }: NodeProps) {
  const [isOpen, setOpen] = useState(depth < OPEN_DEPTH);
  if (!isContainer(value)) {
    return (
      <div className="flex gap-2 pl-5">
        <Key name={name} path={path} />
        <Value value={value} />
      </div>
    );
  }
  const entries = entriesOf(value);
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  return (
    <div>
      <div className="flex items-start gap-1">
        <button
          type="button"
          aria-expanded={isOpen}
          aria-label={isOpen ? words.collapse(path) : words.expand(path)}
          onClick={() => setOpen(!isOpen)}
          className="flex h-6 min-w-6 items-center justify-center rounded-[3px] text-muted hover:text-text"
        >
          <Icon of={isOpen ? ChevronDown : ChevronRight} />
        </button>
        <Key name={name} path={path} />
        <span className="text-muted">{isOpen ? open : `${open} ${entries.length} ${close}`}</span>
      </div>
      {isOpen && <Members entries={entries} parent={{ value, path, depth }} />}
      {isOpen && <div className="pl-5 text-muted">{close}</div>}
    </div>
  );
}

function Members(props: {
  readonly entries: readonly (readonly [string, Json])[];
  readonly parent: Omit<NodeProps, "name">;
}) {
  const [shown, setShown] = useState(SHOWN);
  const { value, path, depth } = props.parent;
  return (
    <div className="pl-4">
      {props.entries.slice(0, shown).map(([name, member]) => (
        <Node
          key={name}
          name={Array.isArray(value) ? null : name}
          value={member}
          path={childPath(path, name, Array.isArray(value))}
          depth={depth + 1}
        />
      ))}
      {props.entries.length > shown && (
        <button
          type="button"
          className="pl-5 text-accent hover:underline"
          onClick={() => setShown(shown + SHOWN)}
        >
          {words.moreOf(props.entries.length - shown)}
        </button>
      )}
    </div>
  );
}

function Key({ name, path }: { readonly name: string | null; readonly path: string }) {
  const [isCopied, copy] = useCopy(path);
  if (name === null) return null;
  return (
    <button
      type="button"
      title={words.copyName(path)}
      onClick={() => void copy(path)}
      className="min-w-6 shrink-0 rounded-[3px] text-left text-code-key hover:underline"
    >
      {isCopied ? words.copied : name}
      {":"}
    </button>
  );
}

const COLOURS: Readonly<Record<string, string>> = {
  string: "text-code-string",
  number: "text-code-number",
};

function Value({ value }: { readonly value: Json }) {
  return (
    <span className={`[overflow-wrap:anywhere] ${COLOURS[typeof value] ?? "text-code-literal"}`}>
      {sayValue(value)}
    </span>
  );
}
