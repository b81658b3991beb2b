import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { Diff } from "../../ui/diff.tsx";
import type { Difference } from "./endpoint-draft.ts";
import { strings } from "./strings.ts";

const NAMES: Readonly<Record<Difference["name"], string>> = {
  url: strings.url,
  description: strings.description,
  events: strings.events,
  enabled: strings.enabled,
  wireFormat: strings.wireFormat,
  ordering: strings.ordering,
  headers: strings.headers,
  rateLimit: strings.rateLimit,
  filter: strings.filter,
  resource: strings.resource,
  alertEmails: strings.alertEmails,
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
      title={strings.saveTitle}
      action={strings.saveAction}
      isDanger={false}
      onConfirm={props.onConfirm}
    >
      <Differences differences={props.differences} />
      <p className="pt-3">{strings.applies}</p>
    </ConfirmDialog>
  );
}

export function Differences({ differences }: { readonly differences: readonly Difference[] }) {
  return (
    <Diff
      label={strings.saveTitle}
      changes={differences.map(({ name, before, after }) => ({
        name: NAMES[name],
        before: name === "events" ? before.split(", ") : before,
        after: name === "events" ? after.split(", ") : after,
      }))}
    />
  );
}
