/** The commands of a simulation: each runs in the database and in the model, and then both must tell the same. */
import { systemAudit } from "../../packages/server/src/access/audit.ts";
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Pool } from "../../packages/server/src/db/pool.ts";
import { cancel, redeliver } from "../../packages/server/src/delivery/redeliver.ts";
import { deliveryId } from "../../packages/server/src/domain/delivery.ts";
import { asId, type EventId } from "../../packages/server/src/domain/id.ts";
import { ApiError } from "../../packages/server/src/errors.ts";
import { releaseLeases } from "../../packages/server/src/store/leases.ts";
import type { Observer } from "./observer.ts";
import { Model, type ModelDelivery } from "./model.ts";
import {
  advanceAll,
  beat,
  claimDue,
  createWorld,
  EVENT_TYPES,
  forgetDeadNodes,
  MAX_ATTEMPTS,
  ORDERED,
  PLATFORMS,
  publish,
  setEndpointState,
  settle,
  sweep,
  WIRE_FORMAT,
  type World,
} from "./world.ts";

/** What the model of the deliveries needs beside them: who is awake, who holds what, which keys were used. */
export interface Expected {
  readonly model: Model;
  readonly awake: boolean[];
  readonly keys: Map<string, { eventId: EventId; body: string; deliveryCount: number }>;
  readonly eventIds: string[];
}

export interface Real {
  readonly world: World;
  /** The same database, through which statements are changed or not. */
  readonly engine: Pool;
  readonly observer: Observer;
}

type Command = fc.AsyncCommand<Expected, Real>;

export async function begin(
  engine: Pool,
  observer: Observer,
): Promise<{ model: Expected; real: Real }> {
  const world = await createWorld(observer, engine);
  const model = new Model(PLATFORMS.format(WIRE_FORMAT).delivery.delaysSeconds);
  for (const id of world.endpointIds) model.endpoints.set(id, "active");
  for (const { id } of world.nodes) model.nodes.set(id, 0);
  const expected = { model, awake: [true, true, true], keys: new Map(), eventIds: [] };
  return { model: expected, real: { world, engine, observer } };
}

export async function compare({ model, eventIds }: Expected, { observer }: Real): Promise<void> {
  const seen = await observer.observe();
  assert.deepEqual(seen.breaches, []);
  const stored = Object.fromEntries([...seen.deliveries].toSorted(byId));
  const wanted = [...model.deliveries].map(([id, each]) => [id, shown(each, model.now)] as const);
  assert.deepEqual(stored, Object.fromEntries(wanted.toSorted(byId)));
  assert.deepEqual(seen.eventIds, eventIds.toSorted());
}

const byId = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) => (a < b ? -1 : 1);

function shown(delivery: ModelDelivery, now: number) {
  const { dueAt, leaseUntil: _leaseUntil, orderingKey: _key, rows, ...rest } = delivery;
  const isDue = rest.state === "pending" && dueAt <= now;
  const numbered = [...rows].toSorted(([a], [b]) => a - b);
  return { ...rest, isDue, rows: numbered.map(([number, outcome]) => `${number} ${outcome}`) };
}

function command(
  name: string,
  run: (expected: Expected, real: Real) => Promise<void>,
  check: (expected: Expected) => boolean = () => true,
): Command {
  return {
    toString: () => name,
    check,
    async run(expected, real) {
      await run(expected, real);
      await advanceAll(real.world);
      expected.model.advance();
      await compare(expected, real);
    },
  };
}

interface Published {
  readonly at: number;
  readonly type: number;
  readonly key: string | null;
  readonly orderingKey?: string | null;
  readonly body: string;
  readonly isHandedOver: boolean;
}

export function accept(published: Published): Command {
  const { at, type, key, orderingKey = null, body, isHandedOver } = published;
  const name = `accept(${EVENT_TYPES[type]}, node ${at}, key ${key}, of ${orderingKey}, ${body}, ${isHandedOver})`;
  return command(name, async ({ model, keys, eventIds, awake }, { world }) => {
    const node = world.nodes[at]!;
    world.isHandedOver = isHandedOver && awake[at] === true;
    const bodySha256 = key === null ? null : Buffer.from(body);
    const answer = await publish(world, node, {
      type: EVENT_TYPES[type]!,
      idempotencyKey: key,
      orderingKey,
      bodySha256,
    });
    const known = key === null ? undefined : keys.get(key);
    if (known && known.body !== body) return assert.deepEqual(answer, { kind: "key_reused" });
    const endpoints = world.endpointIds
      .slice(0, type + 1)
      .filter((id) => model.endpoints.get(id) !== "deleted");
    assert.ok(answer.kind !== "key_reused");
    const id = known?.eventId ?? answer.id;
    const deliveryCount = known?.deliveryCount ?? endpoints.length;
    assert.deepEqual(answer, { kind: known ? "replayed" : "accepted", id, deliveryCount });
    if (known) return;
    if (key !== null) keys.set(key, { eventId: id, body, deliveryCount });
    eventIds.push(id);
    for (const endpointId of endpoints) {
      const queueKey = endpointId === world.endpointIds[ORDERED] ? orderingKey : null;
      const isActive = model.endpoints.get(endpointId) === "active";
      const isLeased = world.isHandedOver && isActive && queueKey === null;
      const accepted = {
        endpointId,
        maxAttempts: MAX_ATTEMPTS,
        node: isLeased ? node.id : null,
        orderingKey: queueKey,
      };
      model.accept(deliveryId(id, endpointId), accepted);
    }
  });
}

export function claim(at: number, quota: number): Command {
  return command(
    `claim(node ${at}, quota ${quota})`,
    async ({ model }, { world }) => {
      const node = world.nodes[at]!;
      const ids = await claimDue(world, node, quota);
      for (const endpointId of world.endpointIds) {
        const claimable = model.claimable(endpointId);
        const claimed = ids.filter((id) => model.get(id).endpointId === endpointId);
        const left = claimable.filter((id) => !claimed.includes(id));
        assert.ok(
          claimed.every((id) => claimable.includes(id)),
          "only what is due is claimed",
        );
        assert.equal(claimed.length, Math.min(quota, claimable.length));
        const dueAt = (list: string[]) => list.map((id) => model.get(id).dueAt);
        const isOrdered = Math.max(...dueAt(claimed)) <= Math.min(...dueAt(left));
        assert.ok(isOrdered, "the longest due goes first");
      }
      for (const id of ids) model.claim(id, node.id);
    },
    ({ awake }) => awake[at] === true,
  );
}

/** Ends some of what the node has in its hands, in one batch. A node that sleeps may do so, too: then it is late. */
export function settleSome(
  at: number,
  picks: readonly { pick: number; isSuccess: boolean }[],
): Command {
  const name = `settle(node ${at}, ${JSON.stringify(picks)})`;
  return command(name, async ({ model }, { world }) => {
    const node = world.nodes[at]!;
    const batch = picks.flatMap(({ pick, isSuccess }) =>
      take(node.hands, pick).map((delivery) => ({ delivery, isSuccess })),
    );
    await settle(node, batch);
    // As the statements do: results of present leases, then what came late.
    const [present = [], late = []] = partition(batch, ({ delivery }) => model.isHolder(delivery));
    for (const { delivery, isSuccess } of [...present, ...late]) model.settle(delivery, isSuccess);
  });
}

function partition<Item>(items: readonly Item[], isFirst: (item: Item) => boolean): Item[][] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}

function take<Item>(from: Item[], pick: number): Item[] {
  return from.length === 0 ? [] : from.splice(pick % from.length, 1);
}

export function release(at: number, pick: number): Command {
  return command(`release(node ${at}, ${pick})`, async ({ model }, { world }) => {
    const unused = take(world.nodes[at]!.hands, pick);
    await releaseLeases(world.sql, unused);
    for (const lease of unused) model.release(lease);
  });
}

export function sweepAll(): Command {
  return command("sweep", async ({ model }, { world }) => {
    assert.equal(await sweep(world), model.sweep());
  });
}

/** Lets time go by. Who is awake says so. */
export function pass(seconds: number): Command {
  return command(`pass(${seconds} s)`, async (expected, { world, observer }) => {
    await observer.advance(seconds);
    expected.model.now += seconds;
    for (const [at, node] of world.nodes.entries()) {
      if (expected.awake[at]) await beat(world, node);
      if (expected.awake[at]) expected.model.nodes.set(node.id, expected.model.now);
    }
  });
}

/** The node stops where it is: it neither claims nor beats, but what it has begun may still end. */
export function sleep(at: number): Command {
  return command(`sleep(node ${at})`, async ({ awake }) => void (awake[at] = false));
}

/** The node hangs until others have taken over what it holds. */
export function hang(at: number): Command {
  const steps = [sleep(at), pass(30), sweepAll()];
  return command(`hang(node ${at})`, async (expected, real) => {
    for (const step of steps) await step.run(expected, real);
  });
}

export function die(at: number): Command {
  return command(`die(node ${at})`, async ({ awake }, { world }) => {
    awake[at] = false;
    world.nodes[at]!.hands = [];
  });
}

export function wake(at: number): Command {
  return command(`wake(node ${at})`, async ({ awake, model }, { world }) => {
    const node = world.nodes[at]!;
    await beat(world, node);
    model.nodes.set(node.id, model.now);
    awake[at] = true;
  });
}

export function forget(): Command {
  return command("forget dead nodes", async ({ model }, { world, observer }) => {
    await forgetDeadNodes(world);
    model.forgetDeadNodes();
    const known = [...model.nodes.keys()].toSorted((a, b) => a - b);
    assert.deepEqual(await observer.nodeIds(), known);
  });
}

export function setState(index: number, state: "active" | "paused" | "deleted"): Command {
  return command(
    `endpoint(${index}, ${state})`,
    async ({ model }, { world, observer }) => {
      const id = world.endpointIds[index]!;
      await setEndpointState(world, observer, { id, state });
      if (state === "deleted") model.deleteEndpoint(id);
      else model.endpoints.set(id, state);
    },
    ({ model }) => [...model.endpoints.values()][index] !== "deleted",
  );
}

export function ask(word: "redeliver" | "cancel", pick: number): Command {
  return command(
    `${word}(delivery ${pick})`,
    async ({ model }, { world, engine }) => {
      const id = asId<"dlv">([...model.deliveries.keys()][pick % model.deliveries.size]!);
      const context = { sql: engine, platforms: PLATFORMS, audit: systemAudit, wake: () => {} };
      const run = word === "cancel" ? cancel : redeliver;
      const refusal = await run(context, { id, scope: world.organizationId }).then(
        () => undefined,
        (error: unknown) => (error instanceof ApiError ? error.code : Promise.reject(error)),
      );
      if (word === "redeliver") return assert.equal(refusal, model.redeliver(id));
      return assert.equal(refusal, model.cancel(id) ? undefined : "conflict");
    },
    ({ model }) => model.deliveries.size > 0,
  );
}

const node = fc.nat({ max: 2 });
const pick = fc.nat({ max: 99 });
const attempt = fc.record({ pick, isSuccess: fc.boolean() });

/** Weighted by what has to come before what, so that long stories are told and not only beginnings. */
export const COMMANDS: fc.Arbitrary<Command>[] = [
  ...repeat(
    3,
    fc
      .record({
        at: node,
        type: fc.nat({ max: 2 }),
        key: fc.constantFrom(null, null, "first", "second"),
        orderingKey: fc.constantFrom(null, "a", "b"),
        body: fc.constantFrom("one", "other"),
        isHandedOver: fc.boolean(),
      })
      .map(accept),
  ),
  ...repeat(
    4,
    fc.tuple(node, fc.constantFrom(1, 2, 100)).map(([at, quota]) => claim(at, quota)),
  ),
  ...repeat(
    4,
    fc
      .tuple(node, fc.array(attempt, { minLength: 1, maxLength: 4 }))
      .map(([at, picks]) => settleSome(at, picks)),
  ),
  ...repeat(
    2,
    fc.tuple(node, pick).map(([at, which]) => release(at, which)),
  ),
  ...repeat(3, node.map(hang)),
  ...repeat(3, fc.constant(null).map(sweepAll)),
  ...repeat(3, fc.constantFrom(10, 30, 60, 100, 50_000).map(pass)),
  ...repeat(2, node.map(sleep)),
  node.map(die),
  ...repeat(2, node.map(wake)),
  fc.constant(null).map(forget),
  ...repeat(
    2,
    fc
      .tuple(fc.nat({ max: 2 }), fc.constantFrom("active", "active", "paused", "deleted"))
      .map(([index, state]) => setState(index, state)),
  ),
  ...repeat(
    2,
    pick.map((which) => ask("redeliver", which)),
  ),
  pick.map((which) => ask("cancel", which)),
];

function repeat<Item>(times: number, item: Item): Item[] {
  return Array.from({ length: times }, () => item);
}
