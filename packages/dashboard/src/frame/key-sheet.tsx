import { useState } from "react";
import { useMe } from "../session.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Checkbox } from "../ui/field.tsx";
import { areSingleKeysOn, setSingleKeys } from "../ui/single-keys.ts";
import type { PageRow } from "./pages.ts";
import { titleOf } from "./sidebar.tsx";
import { strings } from "./strings.ts";

const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ["⌘K / Ctrl K", "Search, go to, open by id"],
  ["/", "Search in the list"],
  ["j k ↑ ↓", "Move in a table"],
  ["Enter", "Open the row"],
  ["x", "Select the row; Shift x selects a range"],
  ["r", "Redeliver"],
  ["t", "Send a test event"],
  ["c", "Create"],
  ["e", "Edit the webhook"],
  ["⌘S / Ctrl S", "Save"],
  ["[ ]", "Previous and next delivery, in the drawer"],
  ["Space", "Pause live updates"],
  ["Esc", "Close"],
  ["?", "This list"],
];

export function KeySheet(props: {
  readonly pages: readonly PageRow[];
  readonly onClose: () => void;
}) {
  const me = useMe();
  const [isOn, setOn] = useState(areSingleKeysOn);
  const going = props.pages.flatMap((row) =>
    row.navigation?.keys ? [[row.navigation.keys, titleOf(row, me)] as const] : [],
  );
  return (
    <Dialog title={strings.shortcuts} isOpen onClose={props.onClose}>
      <Checkbox
        isChecked={isOn}
        onChange={(isNowOn) => {
          setSingleKeys(isNowOn);
          setOn(isNowOn);
        }}
        label={strings.shortcutsOn}
        hint={strings.shortcutsOff}
      />
      <dl className="mt-3 grid grid-cols-[auto_1fr] gap-x-6 gap-y-1.5 border-t border-hairline pt-3">
        {[...KEYS, ...going].map(([keys, what]) => (
          <div key={keys} className="contents">
            <dt>
              <kbd className="rounded-[4px] border border-hairline bg-sunken px-1.5 text-label">
                {keys}
              </kbd>
            </dt>
            <dd className="text-secondary">{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
