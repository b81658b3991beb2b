import type { Vault } from "../platform/vault.ts";
import type { OutboxId, OutboxRecord } from "../store/outboxes.ts";

type SealedUrl = Pick<OutboxRecord, "dataKeySealed" | "urlSealed">;

/** The URL of an outbox's database under a data key of the outbox's own. */
export function sealUrl(
  vault: Pick<Vault, "newDataKey" | "open">,
  { id, url }: { readonly id: OutboxId; readonly url: string },
): SealedUrl {
  const dataKeySealed = vault.newDataKey(id);
  const urlSealed = vault.open(id, dataKeySealed).seal(placeOf(id), url);
  return { dataKeySealed, urlSealed };
}

export function unsealUrl(
  vault: Pick<Vault, "open">,
  { id, dataKeySealed, urlSealed }: SealedUrl & { readonly id: OutboxId },
): string {
  return vault.open(id, dataKeySealed).unseal(placeOf(id), urlSealed);
}

function placeOf(id: OutboxId): string {
  return `outboxes|${id}|url`;
}
