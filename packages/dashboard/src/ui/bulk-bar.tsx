import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { words } from "./words.ts";

/** What can be done with the selected rows; stands where the filters were, and at the bottom on phones. */
export function BulkBar(props: {
  readonly count: number;
  readonly onClear: () => void;
  readonly children: ReactNode;
}) {
  return (
    <div
      role="toolbar"
      aria-label={words.selected(props.count)}
      className="flex min-h-8 flex-wrap items-center gap-2 max-desk:fixed max-desk:inset-x-0 max-desk:bottom-0 max-desk:z-20 max-desk:border-t max-desk:border-hairline max-desk:bg-surface max-desk:p-3"
    >
      <span className="pr-2 text-table font-medium tabular-nums">
        {words.selected(props.count)}
      </span>
      {props.children}
      <Button look="quiet" onClick={props.onClear}>
        {words.clear}
      </Button>
    </div>
  );
}
