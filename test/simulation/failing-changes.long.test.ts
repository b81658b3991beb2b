/** What people change about endpoints and deliveries, with each statement failing once: it is changed whole or not at all. */
import assert from "node:assert/strict";
import { createSecretKey } from "node:crypto";
import { after, before, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { systemAudit } from "../../packages/server/src/access/audit.ts";
import type { Pool } from "../../packages/server/src/db/pool.ts";
import { skipFirst } from "../../packages/server/src/delivery/queue.ts";
import { cancel } from "../../packages/server/src/delivery/redeliver.ts";
import { addressPolicy } from "../../packages/server/src/domain/address.ts";
import { asId, type DeliveryId } from "../../packages/server/src/domain/id.ts";
import type { EndpointContext } from "../../packages/server/src/endpoints/context.ts";
import { createEndpoint } from "../../packages/server/src/endpoints/create.ts";
import { deleteEndpoint } from "../../packages/server/src/endpoints/delete.ts";
import { promoteSecret, rollSecret } from "../../packages/server/src/endpoints/roll.ts";
import { storeSecret } from "../../packages/server/src/endpoints/secret.ts";
import {
  patchEndpoint,
  pauseEndpoint,
  resumeEndpoint,
} from "../../packages/server/src/endpoints/update.ts";
import { systemClock } from "../../packages/server/src/platform/clock.ts";
import { createVault } from "../../packages/server/src/platform/vault.ts";
import { findOrganization } from "../../packages/server/src/store/organizations.ts";
import { faulty, Lost, type Fault } from "../kit/faulty.ts";
import {
  createWorld,
  openLaboratory,
  ORDERED,
  PLATFORMS,
  publish,
  WIRE_FORMAT,
  type Laboratory,
  type World,
} from "./world.ts";

let laboratory: Laboratory;

before(async () => {
  laboratory = await openLaboratory();
});

after(() => laboratory.close());

const vault = createVault(createSecretKey(Buffer.alloc(32, 7)));
const SECRETS = ["current", "next"] as const;

/** Three endpoints with a secret each, one of them staged, and an event for all of them that waits. */
async function furnish(engine: Pool): Promise<World> {
  const { observer } = laboratory;
  const world = await createWorld(observer, engine);
  const { organizationId, endpointIds } = world;
  const dataKeySealed = vault.newDataKey(organizationId);
  const { profileId } = PLATFORMS.format(WIRE_FORMAT);
  await observer.sql`
    update organizations set data_key_sealed = ${dataKeySealed}, profile = ${profileId}
    where id = ${organizationId}`;
  for (const id of endpointIds) {
    for (const state of SECRETS) {
      const secret = `whsec_${Buffer.alloc(32, state).toString("base64")}`;
      const owner = { id, organizationId, dataKeySealed };
      await storeSecret(observer.sql, vault, { owner, secret, state });
    }
  }
  const event = { type: "order.created", idempotencyKey: null, bodySha256: null, orderingKey: "a" };
  for (let count = 0; count < 2; count++) await publish(world, world.nodes[0]!, event);
  return world;
}

/** Everything that a change may touch, without ids and times. */
async function fingerprint({ organizationId, endpointIds }: World): Promise<string[]> {
  const rows = await laboratory.observer.sql<{ text: string }[]>`
    select concat_ws(' ', 'endpoint', id, state, url, version, deleted_at is not null) as text
    from endpoints where organization_id = ${organizationId}
    union all
    select concat_ws(' ', 'secret', endpoint_id, state) from signing_secrets where organization_id = ${organizationId}
    union all
    select concat_ws(' ', 'delivery', endpoint_id, sequence, state, cancel_reason)
    from deliveries where organization_id = ${organizationId}
    union all
    select concat_ws(' ', 'routing', routing_version) from organizations where id = ${organizationId}
    union all
    select 'audited ' || action from audit_entries where organization_id = ${organizationId}`;
  const place = (id: string) => `#${endpointIds.findIndex((each) => each === id)}`;
  return rows.map(({ text }) => text.replace(/[0-9a-f-]{36}/g, place)).toSorted();
}

type Change = (world: World, context: EndpointContext) => Promise<unknown>;

const CHANGES: Readonly<Record<string, Change>> = {
  "an endpoint is made": async (world, context) => {
    const organization = await findOrganization(laboratory.observer.sql, world.organizationId);
    assert.ok(organization);
    const [type] = PLATFORMS.get(organization.profile).catalogue.types;
    return createEndpoint(context, organization, { ...NEW_ENDPOINT, events: [type ?? "*"] });
  },
  "an endpoint is changed": (world, context) =>
    patchEndpoint(context, first(world), {
      patch: { url: "https://example.com/new" },
      ifMatch: null,
    }),
  "an endpoint is paused": (world, context) => pauseEndpoint(context, first(world)),
  "an endpoint is deleted": (world, context) => deleteEndpoint(context, first(world)),
  "a secret is rolled": (world, context) =>
    rollSecret(context, first(world), { overlapSeconds: 0, secret: undefined }),
  "a staged secret is promoted": (world, context) => promoteSecret(context, first(world)),
  "a delivery is cancelled": async (world, context) =>
    cancel(context, await delivery(world.endpointIds[0]!)),
  "the first of a queue is skipped": async (world, context) =>
    skipFirst(context, await delivery(world.endpointIds[ORDERED]!)),
};

const NEW_ENDPOINT = {
  url: "https://example.com/more",
  filter: null,
  resource: null,
  rateLimit: null,
  ordering: "none",
  description: "",
  headers: {},
  isEnabled: true,
  secret: undefined,
  wireFormat: undefined,
  alertEmails: [],
} as const;

function first({ endpointIds }: World) {
  return { id: endpointIds[0]!, scope: "all" } as const;
}

async function delivery(endpointId: string): Promise<{ id: DeliveryId; scope: "all" }> {
  const rows = await laboratory.observer.sql<{ id: string }[]>`
    select id from deliveries where endpoint_id = ${endpointId} order by sequence, id limit 1`;
  return { id: asId<"dlv">(rows[0]?.id ?? ""), scope: "all" };
}

function contextOf(sql: Pool): EndpointContext {
  return {
    sql,
    vault,
    clock: systemClock,
    platforms: PLATFORMS,
    changes: { settled: async () => {} },
    config: { mode: "production", publicUrl: "https://posthorn.example", smtpUrl: undefined },
    addressPolicy: addressPolicy({ allow: [], deny: [] }),
    audit: systemAudit,
    wake: () => {},
  };
}

for (const [name, change] of Object.entries(CHANGES)) {
  for (const moment of ["before", "after"] as const) {
    test(`${name} whole or not at all: failing ${moment} each statement`, async () => {
      const seen: string[][] = [];
      for (let number = 1; ; number++) {
        const fault: Fault = { number: 0, moment, failed: false };
        const engine = faulty(laboratory.engine, fault);
        const world = await furnish(engine);
        if (number === 1) seen.push(await fingerprint(world));
        fault.number = number;
        await change(world, contextOf(engine)).catch((error: unknown) => {
          if (!(error instanceof Lost)) throw error;
        });
        fault.number = 0;
        assert.deepEqual((await laboratory.observer.observe()).breaches, []);
        seen.push(await fingerprint(world));
        if (!fault.failed) break;
      }
      const [untouched, changed] = [seen[0], seen.at(-1)];
      assert.notDeepEqual(changed, untouched, "it changes something");
      assert.ok(seen.length > 3, "it has several statements");
      const isWhole = (each: string[]) =>
        isDeepStrictEqual(each, untouched) || isDeepStrictEqual(each, changed);
      const halves = seen.filter((each) => !isWhole(each));
      assert.deepEqual(halves, []);
    });
  }
}

test("a paused endpoint is resumed whole or not at all", async () => {
  for (let number = 1; ; number++) {
    const fault: Fault = { number: 0, moment: "before", failed: false };
    const engine = faulty(laboratory.engine, fault);
    const world = await furnish(engine);
    await pauseEndpoint(contextOf(engine), first(world));
    const paused = await fingerprint(world);
    fault.number = number;
    const isResumed = await resumeEndpoint(contextOf(engine), first(world)).then(
      () => true,
      (error: unknown) => (error instanceof Lost ? false : Promise.reject(error)),
    );
    assert.equal(isDeepStrictEqual(await fingerprint(world), paused), !isResumed);
    if (!fault.failed) break;
  }
});
