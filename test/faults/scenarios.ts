/** All scenarios, in the order in which they run. */
import type { Scenario } from "./scenario.ts";
import {
  endlessBodies,
  invalidAnswers,
  redirects,
  resets,
  slowLoris,
  stalledBodies,
} from "./scenarios/answers.ts";
import { fullDisk } from "./scenarios/disk.ts";
import { blackHole, deafNodes } from "./scenarios/network.ts";
import { duplicateClaims, idempotencyRaces } from "./scenarios/claims.ts";
import { backlog, hangingReceivers, slowReceivers } from "./scenarios/neighbours.ts";
import { frozenNode, killedNodes, rollingRestart } from "./scenarios/nodes.ts";
import { goneReceiver, retryAfter } from "./scenarios/pauses.ts";
import { killedPostgres, noConnections, restartedPostgres } from "./scenarios/postgres.ts";
import { badCertificates, badNames } from "./scenarios/trust.ts";

export const SCENARIOS: readonly Scenario[] = [
  killedNodes,
  killedPostgres,
  restartedPostgres,
  noConnections,
  blackHole,
  fullDisk,
  slowReceivers,
  hangingReceivers,
  stalledBodies,
  endlessBodies,
  invalidAnswers,
  slowLoris,
  badCertificates,
  badNames,
  redirects,
  goneReceiver,
  retryAfter,
  resets,
  backlog,
  duplicateClaims,
  frozenNode,
  rollingRestart,
  idempotencyRaces,
  deafNodes,
];
