import type * as announcements from "../../../../packages/server/src/store/announcements.ts";
import type * as audit from "../../../../packages/server/src/store/audit.ts";
import type * as deprecationNotices from "../../../../packages/server/src/store/deprecation-notices.ts";
import type * as endingNotices from "../../../../packages/server/src/store/ending-notices.ts";
import type * as nodes from "../../../../packages/server/src/store/nodes.ts";
import type * as notices from "../../../../packages/server/src/store/notices.ts";
import type * as retention from "../../../../packages/server/src/store/retention.ts";
import type * as statistics from "../../../../packages/server/src/store/statistics.ts";
import type { Transaction } from "../memory.ts";
import { leasesOf } from "./leases.ts";
import type { Statements } from "./statement.ts";

export const nodeStatements: Statements<typeof nodes> = {
  insertNode(tx, { fresh }) {
    const id = (tx.memory.nodes += 1);
    const row = { id, heartbeatAt: tx.now, seenChange: 0, ...freshOf(tx, fresh) };
    tx.put("nodes", String(id), row);
    return { id, databaseMs: tx.now };
  },

  touchNode(tx, id, { fresh }) {
    const node = tx.get("nodes", String(id));
    if (!node) return undefined;
    tx.put("nodes", String(id), { ...node, heartbeatAt: tx.now, ...freshOf(tx, fresh) });
    return { databaseMs: tx.now, isDraining: false };
  },

  confirmChange(tx, id, change) {
    const node = tx.get("nodes", String(id));
    if (!node) return;
    const seenChange = Math.max(node.seenChange, Number(change));
    tx.put("nodes", String(id), { ...node, seenChange });
  },

  countNodesBehind(tx, change, { except, deadAfterMs }) {
    const behind = tx
      .all("nodes")
      .filter(({ id, seenChange }) => id !== except && seenChange < Number(change))
      .filter(({ heartbeatAt }) => heartbeatAt > tx.now - deadAfterMs);
    return behind.length;
  },

  countDispatchers: countLiving,
  countServers: countLiving,

  deleteNode(tx, id) {
    const node = tx.get("nodes", String(id));
    const isHolding = leasesOf(tx).some(({ leaseNode }) => leaseNode === id);
    if (!node || !isHolding) tx.remove("nodes", String(id));
    else tx.put("nodes", String(id), { ...node, heartbeatAt: -Infinity });
  },

  deleteDeadNodes(tx, deadAfterMs) {
    const dead = tx.all("nodes").filter(({ heartbeatAt }) => heartbeatAt <= tx.now - deadAfterMs);
    if (dead.length === 0) return;
    const leased = leasesOf(tx);
    for (const { id } of dead) {
      if (!leased.some(({ leaseNode }) => leaseNode === id)) tx.remove("nodes", String(id));
    }
  },

  announceChange(tx, change) {
    tx.lock("changes");
    const number = String((tx.memory.changes += 1));
    tx.messages.push({
      channel: "posthorn_changes",
      payload: JSON.stringify({ number, ...change }),
    });
    return number;
  },

  notifyDue(tx, node) {
    tx.messages.push({ channel: "posthorn_due", payload: String(node) });
  },
};

/** All of them do both. */
function countLiving(tx: Transaction, deadAfterMs: number): number {
  return tx.all("nodes").filter(({ heartbeatAt }) => heartbeatAt > tx.now - deadAfterMs).length;
}

function freshOf(tx: Transaction, { from, ageMs }: nodes.FreshBounds) {
  return { freshFrom: from, freshSince: ageMs === null ? null : tx.now - ageMs };
}

export const auditStatements: Statements<typeof audit> = { insertAuditEntry: () => {} };

/** For charts. */
export const statisticsStatements: Statements<typeof statistics> = { addStatistics: () => {} };

/** Nobody is told: what is told never decides what is sent. */
export const noticeStatements: Statements<typeof notices> = {
  tryLockNotices: () => true,
  closeNotices: () => [],
  closeFailingNotice: () => {},
};

/** Nobody's secret or key ends: what is told of it never decides what is sent. */
export const endingNoticeStatements: Statements<typeof endingNotices> = {
  listEndingSecrets: () => [],
  listEndingKeys: () => [],
  closeEndingNotices: () => {},
};

/** No event type is deprecated. */
export const deprecationNoticeStatements: Statements<typeof deprecationNotices> = {
  closeHeededNotices: () => {},
};

export const announcementStatements: Statements<typeof announcements> = {
  announceDisabled: () => {},
  takeAnnouncements: () => [],
  listFailingEndpoints: () => [],
};

/** No day is ever over. */
export const retentionStatements: Statements<typeof retention> = {
  tryLockRetention: () => false,
  listOldDays: () => [],
  countDefaultRows: () => ({ events: 0, deliveries: 0, attempts: 0 }),
};
