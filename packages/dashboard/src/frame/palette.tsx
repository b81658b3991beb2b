import { Dialog } from "@base-ui/react/dialog";
import { useNavigate } from "@tanstack/react-router";
import { useId, useState, type KeyboardEvent } from "react";
import { useMe } from "../session.ts";
import { returnFocus } from "../ui/return-focus.ts";
import { pageOfId } from "./page-of-id.ts";
import type { PageRow } from "./pages.ts";
import { titleOf } from "./sidebar.tsx";
import { strings } from "./strings.ts";

interface Entry {
  readonly label: string;
  readonly to: string;
  readonly hint: string;
}

/** Type to find a page, paste an id to open what it belongs to; a combobox by keyboard and for screen readers. */
export function Palette(props: {
  readonly pages: readonly PageRow[];
  readonly onClose: () => void;
}) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const navigate = useNavigate();
  const listId = useId();
  const entries = useEntries(props.pages, text);
  const open = (entry: Entry | undefined) => {
    if (!entry) return;
    props.onClose();
    void navigate({ to: entry.to });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setAt((at + step + entries.length) % Math.max(1, entries.length));
    else if (event.key === "Enter") open(entries[at]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && props.onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop fixed inset-0 z-40 bg-black/40" />
        <Dialog.Popup
          finalFocus={returnFocus}
          className="overlay fixed inset-x-4 top-[12vh] z-40 mx-auto max-w-[560px] overflow-hidden rounded-dialog border border-hairline bg-surface shadow-float outline-none"
        >
          <Dialog.Title className="sr-only">{strings.palette}</Dialog.Title>
          <input
            role="combobox"
            aria-expanded
            aria-controls={listId}
            aria-activedescendant={entries[at] && `${listId}-${at}`}
            aria-label={strings.paletteHint}
            placeholder={strings.paletteHint}
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              setAt(0);
            }}
            onKeyDown={onKeyDown}
            className="h-12 w-full border-b border-hairline bg-transparent px-4 text-body outline-none placeholder:text-muted"
          />
          <Entries id={listId} entries={entries} at={at} onOpen={open} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function useEntries(pages: readonly PageRow[], text: string): readonly Entry[] {
  const me = useMe();
  const typed = text.trim();
  const found = pageOfId(typed);
  const byId: Entry[] = found ? [{ label: strings.paletteOpen(typed), to: found, hint: "" }] : [];
  const byName = pages
    .map((row) => ({ label: titleOf(row, me), to: row.path, hint: row.navigation?.keys ?? "" }))
    .filter(({ label }) => label.toLowerCase().includes(typed.toLowerCase()));
  return [...byId, ...byName];
}

function Entries(props: {
  readonly id: string;
  readonly entries: readonly Entry[];
  readonly at: number;
  readonly onOpen: (entry: Entry) => void;
}) {
  if (props.entries.length === 0) {
    return <p className="px-4 py-5 text-table text-secondary">{strings.paletteEmpty}</p>;
  }
  return (
    <div
      id={props.id}
      role="listbox"
      aria-label={strings.palette}
      className="max-h-80 overflow-y-auto p-1"
    >
      {props.entries.map((entry, index) => (
        <div
          key={entry.to + entry.label}
          id={`${props.id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === props.at}
          onClick={() => props.onOpen(entry)}
          onKeyDown={(event) => event.key === "Enter" && props.onOpen(entry)}
          className="flex h-11 cursor-default items-center justify-between rounded-[4px] px-3 text-table aria-selected:bg-sunken desk:h-9"
        >
          <span className="truncate">{entry.label}</span>
          {entry.hint && <kbd className="text-label text-muted">{entry.hint}</kbd>}
        </div>
      ))}
    </div>
  );
}
