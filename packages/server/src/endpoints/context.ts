import type { Config } from "../config.ts";
import type { Scope } from "../domain/scope.ts";
import type { Pool, Sql } from "../db/pool.ts";
import type { AddressPolicy } from "../domain/address.ts";
import type { EndpointId } from "../domain/id.ts";
import { databaseFailure } from "../db/sqlstate.ts";
import { ApiError } from "../errors.ts";
import type { ChangeFeed } from "../nodes/changes.ts";
import { assert } from "../platform/assert.ts";
import type { Clock } from "../platform/clock.ts";
import type { Vault } from "../platform/vault.ts";
import type { Platforms } from "../platforms.ts";
import type { Audit } from "../store/audit.ts";
import { lockEndpoint, type EndpointRow } from "../store/endpoints.ts";
import { announceChange } from "../store/nodes.ts";

/** What writing endpoints needs of the node. */
export interface EndpointContext {
  readonly sql: Pool;
  readonly clock: Clock;
  readonly vault: Vault;
  readonly platforms: Platforms;
  readonly changes: Pick<ChangeFeed, "settled">;
  readonly config: Pick<Config, "mode" | "publicUrl" | "smtpUrl">;
  readonly addressPolicy: AddressPolicy;
  /** Writes changes down under the name of whoever makes them. */
  readonly audit: Audit;
  /** Makes the dispatchers look for due deliveries. */
  readonly wake: () => void;
}

/** An endpoint as a caller may name it. */
export interface EndpointAddress {
  readonly id: EndpointId;
  readonly scope: Scope;
}

/**
 * Runs a write in one transaction and announces it. Resolves when no attempt can start any more, on
 * any node, that goes by what was true before. A transaction that met another one in the wrong
 * order (deleting cancels deliveries that are being settled) is tried again.
 */
export async function writeEndpoint<Result>(
  { sql, changes }: Pick<EndpointContext, "sql" | "changes">,
  id: EndpointId,
  write: (tx: Sql) => Promise<Result>,
): Promise<Result> {
  const change = { kind: "endpoint", id } as const;
  const { result, number } = await retried(() =>
    inTransaction(sql, async (tx) => {
      const result = await write(tx);
      return { result, number: await announceChange(tx, change) };
    }),
  );
  await changes.settled(change, number);
  return result;
}

const TRIES_MAX = 3;

async function retried<Result>(run: () => Promise<Result>): Promise<Result> {
  for (let triesLeft = TRIES_MAX; ; triesLeft--) {
    try {
      return await run();
    } catch (error) {
      if (triesLeft <= 1 || databaseFailure(error) !== "retry_transaction") throw error;
    }
  }
}

/** `sql.begin`, whose own type loses a result that it does not know. */
async function inTransaction<Result>(
  sql: Pool,
  body: (tx: Sql) => Promise<Result>,
): Promise<Result> {
  let done: { readonly result: Result } | undefined;
  await sql.begin(async (tx) => void (done = { result: await body(tx) }));
  assert(done, "a committed transaction has run its body");
  return done.result;
}

/** The endpoint, locked in the caller's transaction; throws `not_found`. */
export async function getLocked(tx: Sql, { id, scope }: EndpointAddress): Promise<EndpointRow> {
  const endpoint = await lockEndpoint(tx, id, scope);
  if (!endpoint) throw new ApiError("not_found");
  return endpoint;
}
