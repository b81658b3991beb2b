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
import { busyChanges } from "./scenarios/changes.ts";
import { duplicateClaims, idempotencyRaces } from "./scenarios/claims.ts";
import { wrongClocks } from "./scenarios/clock.ts";
import { fullDisk } from "./scenarios/disk.ts";
import { burst, hugeUploads, returningReceiver } from "./scenarios/floods.ts";
import { backlog, hangingReceivers, slowReceivers } from "./scenarios/neighbours.ts";
import { blackHole, deafNodes } from "./scenarios/network.ts";
import { frozenNode, killedNodes, rollingRestart } from "./scenarios/nodes.ts";
import { goneReceiver, retryAfter } from "./scenarios/pauses.ts";
import { oddPayloads } from "./scenarios/payloads.ts";
import { poisonEvents } from "./scenarios/poison.ts";
import { killedPostgres, noConnections, restartedPostgres } from "./scenarios/postgres.ts";
import { blockedLoop, fewFiles } from "./scenarios/resources.ts";
import { restoredCopy } from "./scenarios/restore.ts";
import { missingPartition, oldSnapshot, startTogether } from "./scenarios/schema.ts";
import { canaries, foreignIds } from "./scenarios/secrets.ts";
import { soak } from "./scenarios/soak.ts";
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
  returningReceiver,
  wrongClocks,
  duplicateClaims,
  frozenNode,
  rollingRestart,
  poisonEvents,
  burst,
  busyChanges,
  idempotencyRaces,
  hugeUploads,
  oddPayloads,
  fewFiles,
  blockedLoop,
  startTogether,
  missingPartition,
  oldSnapshot,
  deafNodes,
  foreignIds,
  canaries,
  soak,
  restoredCopy,
];
