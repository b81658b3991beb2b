import { useBlocker } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { Button } from "./button.tsx";
import { words } from "./words.ts";

/** The foot of a form that changes something: Save submits it when something differs, so does ⌘S, and leaving asks. */
export function SaveBar(props: {
  readonly isDirty: boolean;
  readonly isBusy: boolean;
  readonly onDiscard: () => void;
  readonly label?: string;
}) {
  const { isDirty, isBusy } = props;
  const button = useRef<HTMLButtonElement>(null);
  // As the button does it: a handler of its own would pass over what the form asks of its fields.
  useSaveKey(() => button.current?.disabled === false && button.current.form?.requestSubmit());
  useBlocker({
    shouldBlockFn: () => isDirty && !window.confirm(words.leaveUnsaved),
    enableBeforeUnload: isDirty,
    disabled: !isDirty,
  });
  return (
    <div className="sticky bottom-0 z-10 mt-4 flex min-h-14 items-center gap-3 border-t border-hairline bg-page py-2.5">
      <Button ref={button} type="submit" look="primary" disabled={!isDirty} isBusy={isBusy}>
        {props.label ?? words.save}
      </Button>
      {isDirty && (
        <>
          <Button look="quiet" onClick={props.onDiscard}>
            {words.discard}
          </Button>
          <span className="text-label text-muted">{words.unsaved}</span>
        </>
      )}
    </div>
  );
}

function useSaveKey(save: () => unknown): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "s" || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      save();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  });
}
