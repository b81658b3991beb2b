import { Button } from "../../ui/button.tsx";
import { sayRelative, useNow } from "../../ui/clock.ts";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { toast } from "../../ui/toast.tsx";
import { revokeKey, revokeKeys, useKeyChange, type ApiKey } from "./calls.ts";
import { strings } from "./strings.ts";

const DAY_MS = 24 * 3_600_000;

/** Used within the last day: then something breaks at once, and the name is asked for. */
function isInUse({ lastUsedAt }: ApiKey, nowMs: number): boolean {
  return lastUsedAt !== null && nowMs - Date.parse(lastUsedAt) < DAY_MS;
}

export function RevokeDialog(props: {
  readonly apiKey: ApiKey;
  readonly onClose: () => void;
  readonly onReplace: () => void;
  readonly onRevoked?: () => void;
}) {
  const { apiKey } = props;
  const now = useNow();
  const revoke = useKeyChange(revokeKey);
  return (
    <ConfirmDialog
      isOpen
      onClose={props.onClose}
      title={strings.revokeTitle(apiKey.name)}
      action={strings.revokeAction}
      typed={isInUse(apiKey, now) ? apiKey.name : undefined}
      onConfirm={async () => {
        await revoke.mutateAsync(apiKey.id);
        toast({ text: strings.revoked(apiKey.name) });
        props.onRevoked?.();
      }}
    >
      <p>{strings.revokeText}</p>
      <p className="pt-2 text-text">{usage(apiKey, now)}</p>
      <p className="pt-3">
        <Button onClick={props.onReplace}>{strings.replaceFirst}</Button>
      </p>
    </ConfirmDialog>
  );
}

function usage({ lastUsedAt, lastUsedAddress }: ApiKey, nowMs: number): string {
  if (lastUsedAt === null) return strings.revokeUnused;
  const from = lastUsedAddress === null ? "" : strings.revokeFrom(lastUsedAddress);
  return strings.revokeUsed(sayRelative(Date.parse(lastUsedAt), nowMs), from);
}

const LISTED = 10;

export function RevokeMany(props: {
  readonly keys: readonly ApiKey[];
  readonly onClose: () => void;
  /** The ids that could not be revoked. */
  readonly onDone: (failed: readonly string[]) => void;
}) {
  const { keys, onDone } = props;
  const revoke = useKeyChange(revokeKeys);
  const count = keys.length;
  return (
    <ConfirmDialog
      isOpen
      onClose={props.onClose}
      title={strings.revokeMany(count)}
      action={strings.revokeManyAction(count)}
      typed={String(count)}
      onConfirm={async () => {
        const failed = await revoke.mutateAsync(keys.map(({ id }) => id));
        onDone(failed);
        const text = failed.length > 0 ? strings.partly(failed.length) : strings.revokedMany(count);
        toast({ text });
      }}
    >
      <p>{strings.revokeText}</p>
      <ul className="list-disc pl-4 pt-2 text-text">
        {keys.slice(0, LISTED).map(({ id, name }) => (
          <li key={id} className="[overflow-wrap:anywhere]">
            {name}
          </li>
        ))}
      </ul>
      {count > LISTED && <p>{strings.andMore(count - LISTED)}</p>}
    </ConfirmDialog>
  );
}
