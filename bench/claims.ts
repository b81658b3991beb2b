/** What looking for due deliveries costs: the statements of the engine, run by hand beside a server that claims nothing. */
import { mkdirSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { createPool, type Pool } from "../packages/server/src/db/pool.ts";
import { asId, type EndpointId } from "../packages/server/src/domain/id.ts";
import { newUuid } from "../packages/server/src/platform/random.ts";
import {
  claimDeliveries,
  listWaitingEndpoints,
  type LeasedDelivery,
} from "../packages/server/src/store/leases.ts";
import { settleAttempts, type Settlement } from "../packages/server/src/store/settle.ts";
import type { BurdenOptions } from "./burdens.ts";
import { seedDue } from "./seed.ts";
import { startServer } from "./server.ts";
import { quantiles, type Quantiles } from "./statistics.ts";

export interface Claims {
  /** One page of the due query: endpoints with something due, milliseconds. */
  readonly dueQueryMs: Quantiles | undefined;
  readonly dueEndpoints: number;
  readonly pendingOfDead: number;
  /** `explain (analyze, buffers)` of that query. */
  readonly plan: readonly string[];
  /** One claim of 100 deliveries, milliseconds: before, and after the churn with a snapshot open. */
  readonly claimMs: Quantiles | undefined;
  readonly churnedClaimMs: Quantiles | undefined;
  readonly snapshotSeconds: number;
  readonly churnedRows: number;
}

const HEALTHY_ENDPOINTS = 500;
const DUE_EACH = 20;
const REPEATS = 50;
const CLAIMED = 100;
const CLAIMED_EACH = 10;
const FROM_START = "00000000-0000-0000-0000-000000000000";

export async function measureClaims(
  options: BurdenOptions,
  burden: { readonly pending: number; readonly snapshotSeconds: number; readonly churn: number },
): Promise<Claims> {
  mkdirSync(options.folder);
  await using server = await startServer({ ...options, role: "api" });
  const sql = createPool(server.connection, { max: 2, applicationName: "claims", engine: true });
  const snapshots = createPool(server.connection, { max: 1, applicationName: "snapshot" });
  try {
    const [dead = "", ...healthy] = await insertEndpoints(sql, HEALTHY_ENDPOINTS + 1);
    await seedDue(sql, healthy, DUE_EACH);
    await seedDue(sql, [dead], burden.pending);
    const due = await timeDueQuery(sql);
    const plan = await explainDueQuery(sql);
    const churner = new Churner(sql, healthy);
    const claimMs = await churner.run(REPEATS * CLAIMED * 2);
    const letGo = await holdSnapshot(snapshots);
    await pause(burden.snapshotSeconds * 1000);
    await churner.run(burden.churn);
    const churnedClaimMs = await churner.run(REPEATS * CLAIMED * 2);
    await letGo();
    return {
      ...due,
      plan,
      pendingOfDead: burden.pending,
      claimMs,
      churnedClaimMs,
      snapshotSeconds: burden.snapshotSeconds,
      churnedRows: burden.churn,
    };
  } finally {
    await sql.end({ timeout: 1 });
    await snapshots.end({ timeout: 1 });
  }
}

async function insertEndpoints(sql: Pool, count: number): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    insert into endpoints (id, organization_id, url, events, wire_format)
    select gen_random_uuid(), (select id from organizations order by id limit 1), 'http://127.0.0.1:9/', '{*}', 'default@1'
    from generate_series(1, ${count}::int) returning id`;
  return rows.map(({ id }) => id);
}

async function timeDueQuery(sql: Pool) {
  const page = { after: FROM_START, limit: HEALTHY_ENDPOINTS + 1 };
  const times: number[] = [];
  let dueEndpoints = 0;
  for (let turn = 0; turn < REPEATS; turn++) {
    const startedAt = performance.now();
    const { due } = await listWaitingEndpoints(sql, page);
    times.push(performance.now() - startedAt);
    dueEndpoints = due.length;
  }
  return { dueQueryMs: quantiles(times), dueEndpoints };
}

async function explainDueQuery(sql: Pool): Promise<string[]> {
  let text = "";
  // The statement itself, whatever it has become: asked through a client that only listens.
  const listener = { unsafe: (statement: string) => ((text = statement), Promise.resolve([])) };
  // Proof: listing endpoints calls `unsafe` and nothing else of its client.
  await listWaitingEndpoints(listener as unknown as Pool, { after: FROM_START, limit: 1 });
  const rows = await sql.unsafe<{ "QUERY PLAN": string }[]>(`explain (analyze, buffers) ${text}`, [
    FROM_START,
    HEALTHY_ENDPOINTS + 1,
  ]);
  return rows.map((row) => row["QUERY PLAN"]);
}

/** A transaction that keeps every dead row version from being removed. */
async function holdSnapshot(pool: Pool): Promise<() => Promise<void>> {
  const { promise: isOver, resolve: letGo } = Promise.withResolvers<void>();
  const { promise: isOpen, resolve: open } = Promise.withResolvers<void>();
  const transaction = pool.begin("isolation level repeatable read", async (tx) => {
    await tx`set local idle_in_transaction_session_timeout = 0`;
    await tx`select count(*) from endpoints`;
    open();
    await isOver;
  });
  await isOpen;
  return async () => {
    letGo();
    await transaction;
  };
}

/**
 * Claims the same deliveries again and again, ten endpoints at a time, and settles them as failed and due: each turn is
 * two row versions for each of them.
 */
class Churner {
  readonly #sql: Pool;
  readonly #endpointIds: readonly EndpointId[];
  #next = 0;

  constructor(sql: Pool, endpointIds: readonly string[]) {
    this.#sql = sql;
    this.#endpointIds = endpointIds.map((id) => asId<"ep">(id));
  }

  /** Until so many row versions are dead; answers how long the claims took. */
  async run(versions: number): Promise<Quantiles | undefined> {
    const times: number[] = [];
    for (let dead = 0; dead < versions; dead += CLAIMED * 2) {
      const quotas = this.#turn().map((endpointId) => ({ endpointId, quota: CLAIMED_EACH }));
      const startedAt = performance.now();
      const claimed = await claimDeliveries(this.#sql, quotas, { node: 1, leaseMs: 600_000 });
      times.push(performance.now() - startedAt);
      await settleAttempts(this.#sql, { settlements: claimed.map(toFailure), news: [] }, 1);
    }
    return quantiles(times);
  }

  #turn(): readonly EndpointId[] {
    const first = this.#next;
    this.#next = (first + CLAIMED / CLAIMED_EACH) % this.#endpointIds.length;
    return this.#endpointIds.slice(first, first + CLAIMED / CLAIMED_EACH);
  }
}

function toFailure(delivery: LeasedDelivery): Settlement {
  return {
    deliveryId: delivery.id,
    endpointId: delivery.endpointId,
    leaseToken: delivery.leaseToken,
    generation: delivery.generation,
    number: delivery.attemptNumber,
    trigger: delivery.trigger,
    startedAt: Date.now(),
    url: "http://127.0.0.1:9/",
    signature: newUuid(),
    secretIds: [],
    customHeaders: [],
    bodySha256: null,
    next: { state: "pending", dueInMs: 0 },
    result: {
      outcome: "http_error",
      status: 500,
      error: null,
      durationMs: 1,
      phases: {},
      responseHeaders: {},
      responseBody: Buffer.alloc(0),
      responseBodyTruncated: false,
      retryAfter: null,
    },
  };
}
