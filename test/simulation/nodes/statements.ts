/** Every function of the store that is simulated, by the module it stands in. */
import { deliveryStatements } from "./statements/deliveries.ts";
import {
  deliveredStatements,
  endpointStatements,
  organizationStatements,
  routingStatements,
  secretStatements,
} from "./statements/endpoints.ts";
import { acceptStatements, leaseStatements, settleStatements } from "./statements/leases.ts";
import {
  announcementStatements,
  auditStatements,
  deprecationNoticeStatements,
  endingNoticeStatements,
  nodeStatements,
  noticeStatements,
  retentionStatements,
  statisticsStatements,
} from "./statements/nodes.ts";
import { orderingStatements } from "./statements/ordering.ts";
import { pauseStatements } from "./statements/pauses.ts";
import { purgeStatements } from "./statements/purge.ts";
import { rateStatements } from "./statements/rates.ts";
import type { Transaction } from "./memory.ts";
import type { Later } from "./statements/statement.ts";

export const STATEMENTS = {
  announcements: announcementStatements,
  audit: auditStatements,
  accept: acceptStatements,
  deliveries: deliveryStatements,
  "deliveries-pause": pauseStatements,
  "deliveries-rate": rateStatements,
  "delivery-endpoints": deliveredStatements,
  "deprecation-notices": deprecationNoticeStatements,
  "ending-notices": endingNoticeStatements,
  endpoints: endpointStatements,
  leases: leaseStatements,
  nodes: nodeStatements,
  notices: noticeStatements,
  ordering: orderingStatements,
  organizations: organizationStatements,
  purge: purgeStatements,
  retention: retentionStatements,
  routing: routingStatements,
  settle: settleStatements,
  statistics: statisticsStatements,
  "signing-secrets": secretStatements,
};

export type AnyStatement = (tx: Transaction, ...rest: readonly unknown[]) => unknown;

/** By name alone: no two modules of the store have functions of the same name. */
export type StatementsByName = Readonly<Record<string, AnyStatement>>;

export const STATEMENTS_BY_NAME: StatementsByName = Object.freeze(
  // Proof: each is called with what the product gives the function of its name.
  Object.assign({}, ...Object.values(STATEMENTS)) as StatementsByName,
);

/** Runs a statement whose writing is not put off, as every statement but the accepting one. */
export function finish(result: unknown, tx: Transaction): unknown {
  return isLater(result) ? result.write(tx) : result;
}

export function isLater(result: unknown): result is Later<unknown> {
  return typeof result === "object" && result !== null && "write" in result;
}
