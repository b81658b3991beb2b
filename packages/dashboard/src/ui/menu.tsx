import { Menu as Base } from "@base-ui/react/menu";
import { Link } from "@tanstack/react-router";
import { Ellipsis } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { Icon } from "./icons.tsx";
import { IconButton } from "./button.tsx";
import { words } from "./words.ts";

export type MenuEntry =
  | {
      readonly label: string;
      readonly onSelect: () => void;
      readonly isDanger?: boolean;
      readonly isDisabled?: boolean;
      readonly hint?: string;
    }
  | { readonly label: string; readonly to: string }
  | "separator";

const ITEM =
  "flex h-11 cursor-default items-center justify-between gap-6 rounded-[4px] px-2.5 text-table outline-none desk:h-8 " +
  "data-highlighted:bg-sunken data-disabled:opacity-55";

export const menuPopup =
  "overlay z-50 min-w-44 max-w-80 rounded-dialog border border-hairline bg-surface p-1 shadow-float outline-none";

/** The actions of a row or page behind "⋯", or behind the given trigger. */
export function ActionMenu(props: {
  readonly label: string;
  readonly entries: readonly MenuEntry[];
  readonly trigger?: ReactElement;
}) {
  const trigger = props.trigger ?? (
    <IconButton label={props.label}>
      <Icon of={Ellipsis} />
    </IconButton>
  );
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} onClick={(event) => event.stopPropagation()} />
      <Base.Portal>
        <Base.Positioner sideOffset={4} align="end">
          <Base.Popup className={menuPopup} onClick={(event) => event.stopPropagation()}>
            {props.entries.map((entry, index) => (
              <Entry key={entry === "separator" ? index : entry.label} entry={entry} />
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

function Entry({ entry }: { readonly entry: MenuEntry }): ReactNode {
  if (entry === "separator") return <Base.Separator className="my-1 h-px bg-hairline" />;
  if ("to" in entry) {
    return <Base.Item className={ITEM} render={<Link to={entry.to}>{entry.label}</Link>} />;
  }
  return (
    <Base.Item
      className={`${ITEM} ${entry.isDanger === true ? "text-bad" : ""}`}
      disabled={entry.isDisabled === true}
      onClick={entry.onSelect}
    >
      {entry.label}
      {entry.hint && <span className="text-label text-muted">{entry.hint}</span>}
    </Base.Item>
  );
}

export function rowMenuLabel(name: string): string {
  return words.moreFor(name);
}
