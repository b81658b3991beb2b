import { lazyPart } from "../../ui/lazy-part.tsx";
import type { ApiKey, KeyRules } from "./calls.ts";
import { draftOf } from "./key-draft.ts";

const NewKeyDialog = lazyPart(() => import("./new-key-dialog.tsx").then((it) => it.NewKeyDialog));
const RevokeDialog = lazyPart(() => import("./revoke-dialog.tsx").then((it) => it.RevokeDialog));
const RollDialog = lazyPart(() => import("./roll-dialog.tsx").then((it) => it.RollDialog));

/** What somebody is about to do, and with which key. */
export type KeyTask =
  | { readonly what: "create"; readonly like?: ApiKey }
  | { readonly what: "roll" | "revoke"; readonly apiKey: ApiKey };

/** The one dialog that is open. */
export function KeyDialogs(props: {
  readonly task: KeyTask | null;
  readonly onTask: (task: KeyTask | null) => void;
  readonly rules: KeyRules | undefined;
  readonly otherNames: ReadonlySet<string>;
  readonly onRevoked?: () => void;
}) {
  const { task, onTask, rules } = props;
  if (!task || !rules) return null;
  const close = () => onTask(null);
  if (task.what === "create") {
    const like = task.like && { ...draftOf(task.like), name: task.like.name };
    return <NewKeyDialog rules={rules} like={like} otherNames={props.otherNames} onClose={close} />;
  }
  const { apiKey } = task;
  if (task.what === "roll") return <RollDialog apiKey={apiKey} rules={rules} onClose={close} />;
  return (
    <RevokeDialog
      apiKey={apiKey}
      onClose={close}
      onReplace={() => onTask({ what: "create", like: apiKey })}
      {...(props.onRevoked ? { onRevoked: props.onRevoked } : {})}
    />
  );
}
