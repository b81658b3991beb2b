/** Protections taken out, one each: of the product's text, or of what the database does. */
import { LEASE_MS } from "../../../packages/server/src/limits.ts";
import type { Change } from "./modules.ts";
import type { Delivery, Transaction } from "./memory.ts";
import type { AnyStatement, StatementsByName } from "./statements.ts";
import { acceptStatements, leaseStatements, settleStatements } from "./statements/leases.ts";
import { Later } from "./statements/statement.ts";

export interface Mutant {
  readonly name: string;
  /** A seed that tells it from the right one, as long as nobody changes the order of chances: it is tried first. */
  readonly seed: number;
  readonly changes?: readonly Change[];
  readonly statements?: Readonly<Record<string, AnyStatement>>;
}

const text = (name: string, seed: number, change: Change): Mutant => ({
  name,
  seed,
  changes: [change],
});

const DISPATCHER = "delivery/dispatcher.ts";
const SETTLE = "delivery/settle.ts";
const LANES = "delivery/lanes.ts";
const CHANGES = "nodes/changes.ts";

export const MUTANTS: readonly Mutant[] = [
  text("no start guard", 439, {
    file: DISPATCHER,
    right: "clock.monotonic() - claimIssuedAt > START_AFTER_CLAIM_MS_MAX",
    wrong: "false",
  }),
  text("no self-fence", 25, {
    file: "nodes/membership.ts",
    right: "clock.monotonic() - confirmedAt < SELF_FENCE_AFTER_MS",
    wrong: "true",
  }),
  text("leases from before a long silence are used", 398, {
    file: DISPATCHER,
    right: "claimIssuedAt >= leasesSince()",
    wrong: "true",
  }),
  text("no look at the lease after a wait for the endpoint", 573, {
    file: "delivery/attempt.ts",
    right: "(!known && !mayStart())",
    wrong: "false",
  }),
  text("no sweeper", 4, {
    file: "delivery/takeover.ts",
    right: "await sweepLeases(sql, bounds)",
    wrong: "0",
  }),
  text("dual write: the answer before the commit", 12, {
    file: "delivery/accept.ts",
    right: "const rejections = await this.#store(chosen);",
    wrong:
      "for (const { waiting, row } of chosen) waiting.resolve({ kind: 'accepted', id: row.id, deliveryCount: row.deliveries.length }); const rejections = await this.#store(chosen);",
  }),
  text("results are forgotten when the database is away", 34, {
    file: SETTLE,
    right: "await delay(clock, SETTLE_RETRY_MS);",
    wrong: "break;",
  }),
  text("late successes are not looked at", 137, {
    file: SETTLE,
    right: 'outcome === "delivered" && (await settleLateSuccess',
    wrong: "false && (await settleLateSuccess",
  }),
  text("caches are used while nothing can be heard", 549, {
    file: CHANGES,
    right: "confirmedAt !== undefined && clock.monotonic() - confirmedAt < CACHE_TRUST_MS",
    wrong: "true",
  }),
  text("changes do not wait for the other nodes", 570, {
    file: CHANGES,
    right: "(await countNodesBehind(sql, number, bounds)) > 0",
    wrong: "false",
  }),
  text("endpoints are still known when all deliveries are paused", 25, {
    file: "delivery/endpoints.ts",
    right: 'if (kind === "deliveries") return ALL;',
    wrong: "",
  }),
  {
    name: "lanes without a limit",
    seed: 7,
    changes: [
      {
        file: LANES,
        right: "lane.inFlight < lane.limit ? takeTurn(lane) : undefined",
        wrong: "takeTurn(lane)",
      },
      { file: LANES, right: "!hasWork || lane.inFlight >= lane.limit", wrong: "!hasWork" },
    ],
  },
  {
    name: "no fence",
    seed: 4,
    statements: {
      settleAttempts: (tx, batch) => {
        // Proof: what the product gives this statement.
        const { settlements, news } = batch as Parameters<typeof settle>[1];
        const forced = settlements.map((each) => {
          const row = tx.get("deliveries", each.deliveryId);
          return { ...each, leaseToken: row?.leaseToken ?? each.leaseToken };
        });
        for (const { deliveryId } of forced) takeAnyway(tx, deliveryId);
        return settle(tx, { settlements: forced, news }, 0);
      },
    },
  },
  { name: "leases by the clocks of the nodes", seed: 8, statements: byNodeClock() },
  {
    name: "attempts are counted at their end",
    seed: 1,
    statements: {
      claimDeliveries: (tx, ...rest) => {
        const before = new Map(tx.all("deliveries").map((row) => [row.id, row]));
        // Proof: what the product gives this statement.
        const claimed = claim(tx, ...(rest as [never, never]));
        for (const { id } of claimed) {
          const { attempts, attemptsTotal } = before.get(id)!;
          tx.put("deliveries", id, { ...tx.get("deliveries", id)!, attempts, attemptsTotal });
        }
        return claimed;
      },
    },
  },
  {
    name: "taken over without a row of the lost attempt",
    seed: 4,
    statements: {
      sweepLeases: (tx, bounds) => {
        const known = new Set(tx.all("attempts"));
        // Proof: what the product gives this statement.
        const count = sweep(tx, bounds as never);
        for (const row of tx.all("attempts")) {
          if (!known.has(row)) tx.remove("attempts", `${row.deliveryId} ${row.number}`);
        }
        return count;
      },
    },
  },
  {
    name: "given back without a look at the token",
    seed: 573,
    statements: {
      releaseLeases: (tx, unused) => {
        // Proof: what the product gives this statement.
        const leases = (unused as { id: string }[]).map(({ id }) => ({
          id,
          leaseToken: tx.get("deliveries", id)?.leaseToken,
        }));
        return release(tx, leases as never);
      },
    },
  },
  {
    name: "accepting grants leases to the dead",
    seed: 1555,
    statements: {
      insertEvents: (tx, events, lease) => {
        // Proof: what the product gives this statement.
        const { node: id } = lease as { node: number };
        const row = tx.get("nodes", String(id)) ?? { ...NOBODY, id };
        tx.put("nodes", String(id), { ...row, heartbeatAt: tx.now });
        return accept(tx, events as never, lease as never);
      },
    },
  },
  {
    name: "idempotency keys are not remembered",
    seed: 18,
    statements: {
      insertEvents: (tx, events, lease) => {
        // Proof: what the product gives this statement.
        const given = events as object[];
        return accept(
          tx,
          given.map((each) => ({ ...each, idempotencyKey: null })) as never,
          lease as never,
        );
      },
    },
  },
  {
    name: "the dead keep what they hold until it runs out",
    seed: 4,
    // Proof: what the product gives this statement.
    statements: { sweepLeases: (tx, bounds) => sweepExpired(tx, bounds as { limit: number }) },
  },
];

const NOBODY = { seenChange: 0, freshFrom: "", freshSince: null };

const settle = settleStatements.settleAttempts!;
// Proof: it is written at once.
const claim = leaseStatements.claimDeliveries as unknown as (
  tx: Transaction,
  ...rest: [never, never]
) => Delivery[];
const sweep = leaseStatements.sweepLeases!;
const release = leaseStatements.releaseLeases!;
const accept = acceptStatements.insertEvents!;

/** A mutant's statements beside the right ones. */
export function mutated(right: StatementsByName, { statements }: Mutant): StatementsByName {
  return { ...right, ...statements };
}

/** The state that lets a result in, whoever holds the delivery or has ended it. */
function takeAnyway(tx: Transaction, id: string): void {
  const row = tx.get("deliveries", id);
  if (!row || row.state === "leased") return;
  tx.put("deliveries", id, {
    ...row,
    state: "leased",
    leaseNode: 0,
    leaseUntil: tx.now,
    dueAt: null,
    finishedAt: null,
  });
}

function byNodeClock(): Readonly<Record<string, AnyStatement>> {
  const there = (tx: Transaction) => void (tx.now = tx.client?.clock.now() ?? tx.now);
  return {
    claimDeliveries: (tx, ...rest) => {
      there(tx);
      // Proof: what the product gives this statement.
      return claim(tx, ...(rest as [never, never]));
    },
    sweepLeases: (tx, bounds) => {
      there(tx);
      // Proof: what the product gives this statement.
      return sweep(tx, bounds as never);
    },
    insertEvents: (tx, events, lease) => {
      // Proof: what the product gives this statement.
      const later = accept(tx, events as never, lease as never) as Later<unknown>;
      return new Later((writing) => {
        there(writing);
        return later.write(writing);
      });
    },
  };
}

function sweepExpired(tx: Transaction, { limit }: { readonly limit: number }): unknown {
  // Nobody is ever taken for dead.
  return sweep(tx, { deadAfterMs: Number.POSITIVE_INFINITY, leaseMs: LEASE_MS, limit });
}
