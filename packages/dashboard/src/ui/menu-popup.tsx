import { Menu as Base } from "@base-ui/react/menu";
import { Link } from "@tanstack/react-router";
import { Check } from "lucide-react";
import type { ReactNode, RefObject } from "react";
import { Icon } from "./icons.tsx";
import type { MenuChoice, MenuEntry } from "./menu-entry.ts";

/** The floating part of a menu: arrows, typing ahead, Esc; focus comes back to its button. */
export function MenuPopup(props: {
  readonly anchor: RefObject<HTMLButtonElement | null>;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly align: "start" | "end";
  readonly className: string;
  readonly children: ReactNode;
}) {
  const { anchor } = props;
  const onOpenChange = (isOpen: boolean, { event }: { readonly event: Event }) => {
    // A press on the button closes by the button's own click; closing here, too, would open it again.
    const isOnButton = event.target instanceof Node && anchor.current?.contains(event.target);
    if (!isOpen && !(isOnButton && event.type.startsWith("pointer"))) props.onClose();
  };
  return (
    <Base.Root open={props.isOpen} onOpenChange={onOpenChange} modal={false}>
      <Base.Portal>
        <Base.Positioner anchor={anchor} sideOffset={4} align={props.align} className="z-50">
          <Base.Popup
            finalFocus={anchor}
            onClick={(event) => event.stopPropagation()}
            className={`overlay min-w-44 max-w-80 rounded-dialog border border-hairline bg-surface p-1 shadow-float outline-none ${props.className}`}
          >
            {props.children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

export const menuItemClass =
  "flex h-11 cursor-default items-center justify-between gap-6 rounded-[4px] px-2.5 text-table outline-none desk:h-8 " +
  "data-highlighted:bg-sunken data-disabled:opacity-55";

export function MenuEntries({ entries }: { readonly entries: readonly MenuEntry[] }) {
  return entries.map((entry, index) => (
    <Entry key={entry === "separator" ? index : entry.label} entry={entry} />
  ));
}

export function MenuSeparator() {
  return <Base.Separator className="my-1 h-px bg-hairline" />;
}

function Entry({ entry }: { readonly entry: MenuEntry }): ReactNode {
  if (entry === "separator") return <MenuSeparator />;
  if ("to" in entry) {
    return (
      <Base.Item className={menuItemClass} render={<Link to={entry.to}>{entry.label}</Link>} />
    );
  }
  return (
    <Base.Item
      className={`${menuItemClass} ${entry.isDanger === true ? "text-bad" : ""}`}
      disabled={entry.isDisabled === true}
      onClick={entry.onSelect}
    >
      {entry.label}
      {entry.hint && <span className="text-label text-muted">{entry.hint}</span>}
    </Base.Item>
  );
}

/** A checklist. */
export function MenuChoices(props: {
  readonly choices: readonly MenuChoice[];
  readonly values: readonly string[];
  readonly isSingle: boolean;
  readonly onChange: (values: readonly string[]) => void;
}) {
  const { values, isSingle, onChange } = props;
  const choose = (value: string, isOn: boolean) => {
    if (isSingle) return onChange(isOn ? [value] : []);
    onChange(isOn ? [...values, value] : values.filter((each) => each !== value));
  };
  return props.choices.map(({ value, label, count }) => (
    <Base.CheckboxItem
      key={value}
      checked={values.includes(value)}
      onCheckedChange={(isOn) => choose(value, isOn)}
      closeOnClick={isSingle}
      className="flex h-11 cursor-default items-center gap-2 rounded-[4px] px-2 text-table outline-none data-highlighted:bg-sunken desk:h-8"
    >
      <span className="flex size-4 items-center justify-center rounded-[4px] border border-control">
        <Base.CheckboxItemIndicator>
          <Icon of={Check} />
        </Base.CheckboxItemIndicator>
      </span>
      <span className="min-w-0 flex-1 truncate">{label}</span>
      {count !== undefined && <span className="text-muted tabular-nums">{count}</span>}
    </Base.CheckboxItem>
  ));
}
