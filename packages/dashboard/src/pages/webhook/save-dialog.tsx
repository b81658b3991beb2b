import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { Diff } from "../../ui/diff.tsx";
import type { Difference } from "./endpoint-draft.ts";
import { formStrings } from "./form-strings.ts";

const NAMES: Readonly<Record<Difference["name"], string>> = {
  url: formStrings.url,
  description: formStrings.description,
  events: formStrings.events,
  enabled: formStrings.enabled,
  wireFormat: formStrings.wireFormat,
  ordering: formStrings.ordering,
  headers: formStrings.headers,
  rateLimit: formStrings.rateLimit,
  filter: formStrings.filter,
  resource: formStrings.resource,
  alertEmails: formStrings.alertEmails,
};

/** Asks with the difference in words; the request leaves after the answer. */
export function SaveDialog(props: {
  readonly differences: readonly Difference[];
  readonly onClose: () => void;
  readonly onConfirm: () => Promise<unknown>;
}) {
  return (
    <ConfirmDialog
      isOpen
      onClose={props.onClose}
      title={formStrings.saveTitle}
      action={formStrings.saveAction}
      isDanger={false}
      onConfirm={props.onConfirm}
    >
      <Differences differences={props.differences} />
      <p className="pt-3">{formStrings.applies}</p>
    </ConfirmDialog>
  );
}

export function Differences({ differences }: { readonly differences: readonly Difference[] }) {
  return (
    <Diff
      label={formStrings.saveTitle}
      changes={differences.map(({ name, before, after }) => ({
        name: NAMES[name],
        before: name === "events" ? before.split(", ") : before,
        after: name === "events" ? after.split(", ") : after,
      }))}
    />
  );
}
