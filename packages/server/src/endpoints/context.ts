import type { Pool, Sql } from "../db/pool.ts";
import type { AddressPolicy } from "../domain/address.ts";
import type { EndpointId, OrganizationId } from "../domain/id.ts";
import { ApiError } from "../errors.ts";
import type { ChangeFeed } from "../nodes/changes.ts";
import type { Clock } from "../platform/clock.ts";
import type { Vault } from "../platform/vault.ts";
import type { Platforms } from "../platforms.ts";
import { lockEndpoint, type EndpointRow } from "../store/endpoints.ts";
import { announceChange } from "../store/nodes.ts";

/** What writing endpoints needs of the node. */
export interface EndpointContext {
  readonly sql: Pool;
  readonly clock: Clock;
  readonly vault: Vault;
  readonly platforms: Platforms;
  readonly changes: Pick<ChangeFeed, "settled">;
  readonly config: { readonly mode: "development" | "production"; readonly publicUrl: string };
  readonly addressPolicy: AddressPolicy;
}

/** An endpoint as a caller may name it. */
export interface EndpointAddress {
  readonly id: EndpointId;
  readonly scope: OrganizationId | "all";
}

/**
 * Runs a write in one transaction and announces it. Resolves when no attempt can start any more, on any node, that
 * goes by what was true before.
 */
export async function writeEndpoint<Result>(
  { sql, changes }: Pick<EndpointContext, "sql" | "changes">,
  id: EndpointId,
  write: (tx: Sql) => Promise<Result>,
): Promise<Result> {
  const change = { kind: "endpoint", id } as const;
  let written: { readonly result: Result; readonly number: string } | undefined;
  await sql.begin(async (tx) => {
    const result = await write(tx);
    written = { result, number: await announceChange(tx, change) };
  });
  const { result, number } = written ?? neverWritten();
  await changes.settled(change, number);
  return result;
}

function neverWritten(): never {
  throw new TypeError("a transaction was committed without its body");
}

/** The endpoint, locked in the caller's transaction; throws `not_found`. */
export async function getLocked(tx: Sql, { id, scope }: EndpointAddress): Promise<EndpointRow> {
  const endpoint = await lockEndpoint(tx, id, scope);
  if (!endpoint) throw new ApiError("not_found");
  return endpoint;
}

/** Throws `version_conflict` when the caller named a version and it is not this one. */
export function requireVersion(endpoint: EndpointRow, ifMatch: string | null): void {
  if (ifMatch === null || ifMatch === String(endpoint.version)) return;
  const detail = `The version is ${endpoint.version} by now.`;
  throw new ApiError("version_conflict", { detail, extra: { version: endpoint.version } });
}
