/** Each statement of the engine fails once, before it ran or with its answer lost: nothing may be stored by half. */
import { systemAudit } from "../../packages/server/src/access/audit.ts";
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Pool } from "../../packages/server/src/db/pool.ts";
import { redeliver } from "../../packages/server/src/delivery/redeliver.ts";
import { asId } from "../../packages/server/src/domain/id.ts";
import { faulty, Lost, type Fault, type Moment } from "../kit/faulty.ts";
import {
  claimDue,
  createWorld,
  openLaboratory,
  PLATFORMS,
  publish,
  settle,
  sweep,
  type Laboratory,
  type World,
} from "./world.ts";

let laboratory: Laboratory;

before(async () => {
  laboratory = await openLaboratory();
});

after(() => laboratory.close());

interface Story {
  prepare(world: World): Promise<void>;
  /** Of this one statement fails. */
  run(world: World, engine: Pool): Promise<unknown>;
  /** What must be so afterwards, whichever it was. */
  check(world: World): Promise<void>;
}

/** Tells the story with its first statement failing, with its second, and so on; answers how many it has. */
async function eachFault(moment: Moment, story: Story): Promise<number> {
  for (let number = 1; ; number++) {
    const fault: Fault = { number: 0, moment, failed: false };
    const engine = faulty(laboratory.engine, fault);
    const world = await createWorld(laboratory.observer, engine);
    await story.prepare(world);
    fault.number = number;
    await orLost(story.run(world, engine));
    fault.number = 0;
    const { breaches } = await laboratory.observer.observe();
    assert.deepEqual(breaches, [], `statement ${number} failed`);
    await story.check(world);
    if (!fault.failed) return number - 1;
  }
}

const EVENT = { type: "order.created", idempotencyKey: "key", bodySha256: Buffer.from("body") };

async function acceptAll(world: World): Promise<void> {
  world.isHandedOver = true;
  assert.equal((await publish(world, world.nodes[0]!, EVENT)).kind, "accepted");
}

/** Node 0 has been away for so long that node 1 has its deliveries. */
async function takeOver(world: World): Promise<void> {
  await acceptAll(world);
  await laboratory.observer.advance(100);
  assert.equal(await sweep(world), 3);
  assert.equal((await claimDue(world, world.nodes[1]!, 10)).length, 3);
}

async function settleAll(world: World): Promise<void> {
  const node = world.nodes[0]!;
  const hands = node.hands.splice(0);
  await settle(
    node,
    hands.map((delivery, index) => ({ delivery, isSuccess: index !== 1 })),
  );
}

/** Whatever fails by the fault's doing; anything else goes on. */
async function orLost<Result>(run: Promise<Result>): Promise<Result | undefined> {
  return run.catch((error: unknown) => {
    if (error instanceof Lost) return undefined;
    throw error;
  });
}

async function stored(): Promise<string[]> {
  const rows = await laboratory.observer.sql<{ text: string }[]>`
    select d.state || ' ' || d.generation || ':' || array_to_string(
      array(select a.outcome from all_attempts a where a.delivery_id = d.id order by number), ',') as text
    from deliveries d join endpoints p on p.id = d.endpoint_id order by p.id`;
  return rows.map(({ text }) => text);
}

for (const moment of ["before", "after"] as const) {
  test(`an event is stored with its key and all deliveries, or not at all: failing ${moment} each statement`, async () => {
    const count = await eachFault(moment, {
      async prepare() {},
      run: acceptAll,
      async check(world) {
        const { deliveries, eventIds } = await laboratory.observer.observe();
        assert.ok([0, 1].includes(eventIds.length));
        assert.equal(deliveries.size, eventIds.length * 3);
        const again = await publish(world, world.nodes[0]!, EVENT);
        assert.equal(again.kind, eventIds.length === 0 ? "accepted" : "replayed");
        const after = await laboratory.observer.observe();
        assert.deepEqual([after.eventIds.length, after.deliveries.size], [1, 3]);
      },
    });
    assert.ok(count >= 2, "reading the routing table and storing");
  });

  test(`results are written once and whole: failing ${moment} each statement`, async () => {
    const count = await eachFault(moment, {
      prepare: acceptAll,
      run: (world) => settleAll(world),
      async check() {
        const delivered = "delivered 1:delivered";
        assert.deepEqual(await stored(), [delivered, "pending 1:http_error", delivered]);
      },
    });
    assert.ok(count >= 1);
  });

  test(`late results are written once and whole: failing ${moment} each statement`, async () => {
    const count = await eachFault(moment, {
      prepare: takeOver,
      run: (world) => settleAll(world),
      async check() {
        const delivered = "delivered 1:delivered,lost";
        assert.deepEqual(await stored(), [delivered, "leased 1:http_error", delivered]);
      },
    });
    assert.ok(count >= 3, "the batch and two late successes");
  });

  test(`what a failed claim or sweep has taken comes back: failing ${moment} each statement`, async () => {
    const count = await eachFault(moment, {
      async prepare(world) {
        await publish(world, world.nodes[0]!, EVENT);
      },
      async run(world) {
        await orLost(claimDue(world, world.nodes[0]!, 10));
        await laboratory.observer.advance(100);
        await sweep(world);
      },
      async check(world) {
        await sweep(world);
        const deliveries = await stored();
        assert.match(deliveries[0] ?? "", /^pending 1:(lost)?$/);
        assert.deepEqual(
          deliveries,
          Array.from({ length: 3 }, () => deliveries[0]),
        );
        assert.equal((await claimDue(world, world.nodes[1]!, 10)).length, 3);
      },
    });
    assert.ok(count >= 3, "looking for what is due, claiming and sweeping");
  });

  test(`a delivery begins again or stays as it was: failing ${moment} each statement`, async () => {
    const count = await eachFault(moment, {
      async prepare(world) {
        await acceptAll(world);
        await settleAll(world);
      },
      async run(world, engine) {
        const [id] = (await laboratory.observer.observe()).deliveries.keys();
        assert.ok(id);
        const address = { id: asId<"dlv">(id), scope: world.organizationId } as const;
        await redeliver(
          { sql: engine, platforms: PLATFORMS, audit: systemAudit, wake: () => {} },
          address,
        );
      },
      async check() {
        const begun = (await stored()).filter((text) => text.startsWith("pending 2"));
        assert.ok(begun.length <= 1);
      },
    });
    assert.ok(count >= 4, "reading, locking, writing and reading again");
  });
}
