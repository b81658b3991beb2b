import assert from "node:assert/strict";
import { test } from "node:test";
import type { Sql } from "../db/pool.ts";
import { asId, type OrganizationId } from "../domain/id.ts";
import { ACCEPT_WAITING_MAX } from "../limits.ts";
import { FreshLeases } from "../nodes/fresh-leases.ts";
import { Acceptor, type PublishedEvent } from "./accept.ts";
import { compileTable, type RoutedEndpoint, type RoutingTable } from "./routing.ts";

const ORGANIZATION = asId<"org">("00000000-0000-7000-8000-000000000001");

const EVENT: PublishedEvent = {
  organizationId: ORGANIZATION,
  type: "a.b",
  resource: null,
  orderingKey: null,
  occurredAt: 0,
  data: Buffer.from('{"text":"aaa"}'),
  idempotencyKey: null,
  bodySha256: null,
  traceparent: null,
};

function tableWith(filter: unknown): RoutingTable {
  const endpoint: RoutedEndpoint = {
    endpointId: asId<"ep">("00000000-0000-7000-8000-000000000002"),
    wireFormat: "default@1",
    isActive: true,
    isOrdered: false,
    rateLimit: null,
    events: ["*"],
    filter,
    resource: null,
  };
  return compileTable("1", [endpoint]);
}

function createAcceptor(options: {
  readonly known: (id: OrganizationId) => RoutingTable;
  readonly monotonic: () => number;
  readonly onAccepted?: (rows: readonly unknown[]) => void;
}): Acceptor {
  const { known, monotonic, onAccepted = () => {} } = options;
  const unsafe = () => Promise.resolve([]);
  return new Acceptor({
    // Proof: without listeners one statement is all that accepting needs.
    sql: { unsafe } as unknown as Sql,
    routing: { known, forget() {}, load: async (id) => known(id) },
    handOver: { reserve: () => false, giveBack() {}, start() {}, leaveDue() {} },
    fresh: new FreshLeases(monotonic),
    onQueued() {},
    node: () => 1,
    monotonic,
    isSilent: () => false,
    maxAttempts: () => 1,
    onAccepted,
    onBatch() {},
  });
}

/** Accepts three events, each of which takes 25 ms to route; answers how many turns others had meanwhile. */
async function turnsWhileRouting(table: RoutingTable): Promise<number> {
  let [now, turns, routed] = [0, 0, 0];
  let turnsBefore = 0;
  const known = (_id: OrganizationId): RoutingTable => ({
    ...table,
    match(event) {
      if (routed++ === 0) turnsBefore = turns;
      now += 25;
      return table.match(event);
    },
  });
  const acceptor = createAcceptor({ known, monotonic: () => now });
  const accepted = Promise.all([EVENT, EVENT, EVENT].map((event) => acceptor.accept(event)));
  let isOver = false;
  const others = (async () => {
    while (!isOver) {
      await new Promise((resolve) => setImmediate(resolve));
      if (routed > 0 && routed < 3) turns++;
    }
  })();
  for (const each of await accepted) assert.equal(each.kind, "accepted");
  isOver = true;
  await others;
  return turns - turnsBefore;
}

test("filters that take long leave others their turn between two events", async () => {
  assert.equal(await turnsWhileRouting(tableWith({ data: { text: { $contains: "b" } } })), 2);
});

test("without a filter a batch is routed in one turn", async () => {
  assert.equal(await turnsWhileRouting(tableWith(null)), 0);
});

test("a batch for which there is no room is refused before any of it is stored", async () => {
  const table = tableWith(null);
  let stored = 0;
  const acceptor = createAcceptor({
    known: () => table,
    monotonic: () => 0,
    onAccepted: (rows) => void (stored += rows.length),
  });
  const all = Array.from({ length: ACCEPT_WAITING_MAX - 1 }, () => acceptor.accept(EVENT));
  await assert.rejects(acceptor.acceptAll([EVENT, EVENT]), { code: "overloaded" });
  all.push(acceptor.accept(EVENT));
  await assert.rejects(acceptor.accept(EVENT), { code: "overloaded" });
  await Promise.all(all);
  assert.equal(stored, ACCEPT_WAITING_MAX);
});
