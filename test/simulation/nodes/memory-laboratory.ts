/** The laboratory of the stories, with tables in memory in place of PostgreSQL. */
import type { Pool } from "../../../packages/server/src/db/pool.ts";
import type { Observer, Snapshot } from "../observer.ts";
import type { Laboratory } from "../world.ts";
import { Memory, Transaction, type Delivery } from "./memory.ts";
import { finish, isLater, STATEMENTS_BY_NAME } from "./statements.ts";

export function openMemoryLaboratory(): Laboratory {
  let now = 0;
  const memory = new Memory(() => now);
  const engine = openMemory(memory);
  const observer: Observer = {
    sql: engine,
    clear: async () => memory.clear(),
    // A moment passes besides, as it does everywhere: nothing happens exactly when a lease ends.
    advance: async (seconds) => void (now += seconds * 1_000 + 1),
    observe: async () => observe(memory),
    nodeIds: async () =>
      [...memory.rows.nodes.values()].map(({ id }) => id).toSorted((a, b) => a - b),
  };
  return { engine, observer, close: async () => {} };
}

/** A client whose statements are answered at once, each a transaction, or many in one that is begun. */
function openMemory(memory: Memory): Pool {
  const run = (tx: Transaction, name: string, rest: readonly unknown[]) => {
    const statement = STATEMENTS_BY_NAME[name];
    if (!statement) throw new Error(`no statement ${name}`);
    const result = statement(tx, ...rest);
    if (!isLater(result) || !result.isFirstKept) return finish(result, tx);
    tx.commit();
    const second = new Transaction(memory);
    const last = finish(result, second);
    second.commit();
    return last;
  };
  const client = (runStatement: (name: string, rest: readonly unknown[]) => unknown) =>
    Object.assign(() => {}, {
      runStatement: async (name: string, rest: readonly unknown[]) => runStatement(name, rest),
    });
  const alone = (name: string, rest: readonly unknown[]) => {
    const tx = new Transaction(memory);
    const result = run(tx, name, rest);
    if (!tx.isOver) tx.commit();
    return result;
  };
  async function begin(body: (tx: unknown) => Promise<unknown>): Promise<unknown> {
    const tx = new Transaction(memory);
    try {
      const result = await body(client((name, rest) => run(tx, name, rest)));
      tx.commit();
      return result;
    } catch (error) {
      tx.rollback();
      throw error;
    }
  }
  // Proof: the stories ask for nothing else.
  return Object.assign(client(alone), { begin }) as unknown as Pool;
}

function observe(memory: Memory): Snapshot {
  const { deliveries, events } = memory.rows;
  const shown = [...deliveries.values()].map((each) => [each.id, show(memory, each)] as const);
  return {
    deliveries: new Map(shown),
    eventIds: [...events.keys()].toSorted(),
    breaches: [...memory.breaches],
  };
}

function show(memory: Memory, delivery: Delivery) {
  const {
    endpointId,
    state,
    attempts,
    attemptsTotal,
    maxAttempts,
    generation,
    lostCount,
    trigger,
  } = delivery;
  const rows = [...memory.rows.attempts.values()]
    .filter(({ deliveryId }) => deliveryId === delivery.id)
    .toSorted((one, other) => one.number - other.number)
    .map(({ number, outcome }) => `${number} ${outcome}`);
  const isDue = state === "pending" && (delivery.dueAt ?? Infinity) <= memory.clock();
  const counts = { attempts, attemptsTotal, maxAttempts, generation, lostCount };
  const lease = { token: delivery.leaseToken, node: delivery.leaseNode };
  return { endpointId, state, ...counts, ...lease, trigger, isDue, rows };
}
