import { useBlocker } from "@tanstack/react-router";
import { useEffect } from "react";
import { Button } from "./button.tsx";
import { words } from "./words.ts";

/** The foot of a form that changes something: Save works when something differs, and leaving asks. ⌘S saves. */
export function SaveBar(props: {
  readonly isDirty: boolean;
  readonly isBusy: boolean;
  readonly onSave: () => void;
  readonly onDiscard: () => void;
  readonly label?: string;
}) {
  const { isDirty, isBusy, onSave } = props;
  useSaveKey(onSave);
  useBlocker({
    shouldBlockFn: () => isDirty && !window.confirm(words.leaveUnsaved),
    enableBeforeUnload: isDirty,
    disabled: !isDirty,
  });
  return (
    <div className="sticky bottom-0 z-10 mt-4 flex min-h-14 items-center gap-3 border-t border-hairline bg-page py-2.5">
      <Button type="submit" look="primary" disabled={!isDirty} isBusy={isBusy}>
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

function useSaveKey(save: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "s" || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      save();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [save]);
}
