/** What must be true of every delivery row and of every change to one: the table's checks and those of the watcher. */
import { POISON_LOST_MAX } from "../../../packages/server/src/limits.ts";
import type { Delivery } from "./memory.ts";

const FINAL = new Set(["delivered", "failed", "cancelled"]);

export function breachesOfRow(row: Delivery): string[] {
  const breaches: string[] = [];
  const require = (holds: boolean, rule: string) => {
    if (!holds) breaches.push(`${rule}: ${row.id}`);
  };
  const isLeased = row.state === "leased";
  require(isLeased ===
    (row.leaseUntil !== null), "leased if and only if there is an end of the lease");
  require(isLeased === (row.leaseNode !== null), "leased if and only if there is a holder");
  require((row.state === "pending") === (row.dueAt !== null), "due if and only if pending");
  require(isLeased || !row.isClaimed, "claimed only while leased");
  require(row.attempts <= row.maxAttempts, "at most as many attempts as the schedule has");
  require(row.attempts >= 0, "attempts never fall below none");
  require(FINAL.has(row.state) === (row.finishedAt !== null), "final if and only if finished");
  const isUsedUp =
    row.state !== "failed" || row.attempts >= row.maxAttempts || row.lostCount >= POISON_LOST_MAX;
  require(isUsedUp, "failed when the schedule is used up");
  return breaches;
}

export function breachesOfChange(before: Delivery, after: Delivery): string[] {
  const breaches: string[] = [];
  const require = (holds: boolean, rule: string) => {
    if (!holds) breaches.push(`${rule}: ${after.id} ${before.state} to ${after.state}`);
  };
  const isForward =
    after.leaseToken >= before.leaseToken && after.attemptsTotal >= before.attemptsTotal - 1;
  require(isForward, "token and attempts never go back");
  const isNewGeneration = after.generation === before.generation + 1;
  require(after.generation === before.generation ||
    isNewGeneration, "generations follow each other");
  const isLateSuccess = before.state === "failed" && after.state === "delivered";
  const isLeft = FINAL.has(before.state) && after.state !== before.state;
  require(!isLeft ||
    isNewGeneration ||
    isLateSuccess, "only a new generation leaves a final state");
  const isClaim = after.state === "leased" && before.state !== "leased";
  const isCounted =
    after.attempts === before.attempts + 1 &&
    after.attemptsTotal === before.attemptsTotal + 1 &&
    after.leaseToken === before.leaseToken + 1;
  require(!isClaim || isCounted, "a claim counts");
  return breaches;
}
