import { Ellipsis } from "lucide-react";
import { lazy, type ReactNode } from "react";
import { iconButtonClass } from "./button.tsx";
import { Icon } from "./icons.tsx";
import { MenuAnchor } from "./menu-anchor.tsx";
import type { MenuEntry } from "./menu-entry.ts";
import { words } from "./words.ts";

const Entries = lazy(() => import("./menu-popup.tsx").then((it) => ({ default: it.MenuEntries })));

/** The actions of a row or page behind "⋯", or behind a button with another face. */
export function ActionMenu(props: {
  readonly label: string;
  readonly entries: readonly MenuEntry[];
  /** Instead of "⋯": what the button shows, and how it looks (`buttonClass()`). */
  readonly button?: { readonly face: ReactNode; readonly className: string };
}) {
  return (
    <MenuAnchor
      label={props.label}
      face={props.button?.face ?? <Icon of={Ellipsis} />}
      className={props.button?.className ?? iconButtonClass}
    >
      <Entries entries={props.entries} />
    </MenuAnchor>
  );
}

export function rowMenuLabel(name: string): string {
  return words.moreFor(name);
}
