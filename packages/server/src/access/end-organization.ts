import type { Pool, Sql } from "../db/pool.ts";
import {
  asId,
  BEFORE_ALL_IDS,
  formatId,
  type EndpointId,
  type OrganizationId,
} from "../domain/id.ts";
import { ApiError, fieldError, invalidRequest } from "../errors.ts";
import { REMAINS_BATCH_MAX, REMAINS_EVERY_MS } from "../limits.ts";
import type { ChangeFeed } from "../nodes/changes.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/log.ts";
import { startLoop, type Loop } from "../platform/loop.ts";
import type { Audit } from "../store/audit.ts";
import { pauseAllEndpoints, resumeSuspendedEndpoints } from "../store/endpoints.ts";
import { announceChange } from "../store/nodes.ts";
import {
  bumpRoutingVersion,
  countOtherOrganizations,
  lockOrganization,
  markOrganizationDeleted,
  setSuspended,
  type OrganizationRow,
} from "../store/organizations.ts";
import {
  deleteDeliveriesOf,
  deleteOrganizationRow,
  deleteRemains,
  findDeletedOrganization,
  REMAINS,
} from "../store/organization-remains.ts";

export interface EndOrganizationContext {
  readonly sql: Pool;
  readonly changes: Pick<ChangeFeed, "settled">;
  readonly audit: Audit;
  /** Makes the dispatchers look for due deliveries. */
  readonly wake: () => void;
}

/**
 * Suspends an organization: its keys and people are refused, its endpoints hold what is accepted for them. Resolves
 * when no node acts on what was true before. Throws `not_found`.
 */
export async function suspendOrganization(
  context: EndOrganizationContext,
  id: OrganizationId,
): Promise<OrganizationRow> {
  return changeState(context, id, async (tx) => {
    const endpoints = await pauseAllEndpoints(tx, id);
    return { row: await setSuspended(tx, id, true), endpoints, action: "organizations.suspend" };
  });
}

/** Lets an organization go on; the endpoints that its suspension has paused send what they hold. */
export async function resumeOrganization(
  context: EndOrganizationContext,
  id: OrganizationId,
): Promise<OrganizationRow> {
  const row = await changeState(context, id, async (tx) => {
    const endpoints = await resumeSuspendedEndpoints(tx, id);
    return { row: await setSuspended(tx, id, false), endpoints, action: "organizations.resume" };
  });
  context.wake();
  return row;
}

/**
 * Deletes an organization: at once for everybody who asks, row by row in the background. Throws `not_found`, 422 when
 * the name was not repeated, and `conflict` for the last one.
 */
export async function deleteOrganization(
  context: EndOrganizationContext,
  id: OrganizationId,
  confirmedName: string,
): Promise<void> {
  await changeState(context, id, async (tx, row) => {
    if (confirmedName !== row.name) {
      throw invalidRequest([fieldError("/confirm", "invalid_value", row.name)]);
    }
    if ((await countOtherOrganizations(tx, id)) === 0) {
      throw new ApiError("conflict", { detail: "This is the last organization." });
    }
    const endpoints = await pauseAllEndpoints(tx, id);
    await markOrganizationDeleted(tx, id);
    return { row, endpoints, action: "organizations.delete" };
  });
}

async function changeState(
  { sql, changes, audit }: EndOrganizationContext,
  id: OrganizationId,
  change: (
    tx: Sql,
    row: OrganizationRow,
  ) => Promise<{ row: OrganizationRow; endpoints: readonly EndpointId[]; action: string }>,
): Promise<OrganizationRow> {
  const organization = { kind: "organization", id } as const;
  const { row, endpoints, number } = await sql.begin(async (tx) => {
    const known = await lockOrganization(tx, id);
    if (!known) throw new ApiError("not_found");
    const { row, endpoints, action } = await change(tx, known);
    await bumpRoutingVersion(tx, id);
    const object = { kind: "organization", id: formatId("org", id) };
    await audit(tx, { organizationId: id, action, object, after: { endpoints: endpoints.length } });
    for (const endpoint of endpoints) await announceChange(tx, { kind: "endpoint", id: endpoint });
    return { row, endpoints, number: await announceChange(tx, organization) };
  });
  // Numbers grow in the order of commits: whoever has heard of the last has heard of all.
  await changes.settled(organization, number);
  for (const endpoint of endpoints)
    await changes.settled({ kind: "endpoint", id: endpoint }, number);
  return row;
}

const FIRST_ORGANIZATION = asId<"org">(BEFORE_ALL_IDS);

/** Removes the remains of deleted organizations, a batch at a time, on whichever node comes to it. */
export function startOrganizationRemoval(options: {
  readonly sql: Sql;
  readonly clock: Clock;
  readonly log: Logger;
}): Loop {
  const { sql, clock, log } = options;

  let after = FIRST_ORGANIZATION;

  /** A batch of each in turn: one that cannot be removed must not keep the others. */
  async function remove(): Promise<number | void> {
    const id = await findDeletedOrganization(sql, after);
    const isNewRound = after === FIRST_ORGANIZATION;
    after = id ?? FIRST_ORGANIZATION;
    if (id === undefined) return isNewRound ? undefined : 0;
    if (await removeBatch(sql, id)) return 0;
    await deleteOrganizationRow(sql, id);
    log.info({ event: "organization.removed", organizationId: formatId("org", id) });
    return 0;
  }

  const pauseMs = REMAINS_EVERY_MS;
  return startLoop({ name: "organization-removal", clock, log, pauseMs, step: remove });
}

/** Answers false when nothing is left. */
async function removeBatch(sql: Sql, id: OrganizationId): Promise<boolean> {
  if ((await deleteDeliveriesOf(sql, id, REMAINS_BATCH_MAX)) > 0) return true;
  for (const table of REMAINS) {
    if ((await deleteRemains(sql, { id, table }, REMAINS_BATCH_MAX)) > 0) return true;
  }
  return false;
}
