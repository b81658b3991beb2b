/** The release 0.1.0 as upgrades meet it: its schema, rows as it left them, and what its nodes do to the database. */
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createHash, createSecretKey } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keyDigest } from "../../packages/server/src/access/keys.ts";
import { migrate } from "../../packages/server/src/db/migrate.ts";
import type { Pool } from "../../packages/server/src/db/pool.ts";
import { deliveryId } from "../../packages/server/src/domain/delivery.ts";
import { asId } from "../../packages/server/src/domain/id.ts";
import { newUuid, randomBytes } from "../../packages/server/src/platform/random.ts";
import { seal, sealingKey } from "../../packages/server/src/platform/seal.ts";
import { createVault } from "../../packages/server/src/platform/vault.ts";
import { MIGRATIONS } from "./database.ts";

const RELEASED = 5;

/** Brings an empty database to the schema of the release. */
export async function migrateToRelease(sql: Pool): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "posthorn-0-1-0-"));
  const files = readdirSync(MIGRATIONS).filter((name) => Number(name.slice(0, 4)) <= RELEASED);
  for (const name of files) cpSync(join(MIGRATIONS, name), join(folder, name));
  await migrate(sql, folder);
  rmSync(folder, { recursive: true });
}

export interface Seeded {
  readonly organizationId: string;
  readonly secret: string;
  readonly endpoints: { readonly open: string; readonly paused: string; readonly deleted: string };
  /** Delivery ids by the state that they were left in. */
  readonly deliveries: Readonly<Record<SeededDelivery, string>>;
  readonly inboxId: string;
  readonly data: string;
}

type SeededDelivery =
  | "delivered"
  | "failed"
  | "cancelled"
  | "retrying"
  | "pending"
  | "leased"
  | "held";

/** Rows of every table, as a node of the release left them when it was killed. */
export async function seedRelease(
  sql: Pool,
  keys: { readonly master: string; readonly operatorKey: string; readonly url: string },
): Promise<Seeded> {
  const organizationId = newUuid();
  const secret = `whsec_${randomBytes(32).toString("base64")}`;
  const sealer = await seedInstallation(sql, keys, organizationId);
  const endpoints = { open: newUuid(), paused: newUuid(), deleted: newUuid() };
  for (const [name, id] of Object.entries(endpoints)) {
    const headers = sealer.seal(`endpoints|${id}|headers`, JSON.stringify({ "X-Old": "yes" }));
    await sql`
      insert into endpoints (id, organization_id, url, description, events, filter, wire_format, headers_sealed,
        state, deleted_at)
      values (${id}, ${organizationId}, ${`${keys.url}?${name}`}, ${name}, ${["*"]}, null, 'default@1', ${headers},
        ${name === "paused" ? "paused" : "active"}, ${name === "deleted" ? new Date() : null})`;
    const secretId = newUuid();
    await sql`
      insert into signing_secrets (id, organization_id, endpoint_id, secret_sealed, state)
      values (${secretId}, ${organizationId}, ${id},
        ${sealer.seal(`signing_secrets|${secretId}|secret`, secret)}, 'current')`;
  }
  await sql`
    insert into endpoint_state (endpoint_id, hold_until, failing_since)
    values (${endpoints.open}, null, now() - interval '1 hour')`;
  const data = '{"old":1.0,"text":"\\u0000\\ud800"}';
  const deliveries = await seedDeliveries(sql, { organizationId, endpoints, data });
  const inboxId = await seedInbox(sql, organizationId);
  return { organizationId, secret, endpoints, deliveries, inboxId, data };
}

async function seedInstallation(
  sql: Pool,
  keys: { readonly master: string; readonly operatorKey: string },
  organizationId: string,
) {
  const bytes = Buffer.from(keys.master, "base64");
  const master = sealingKey(bytes);
  const pepper = randomBytes(32);
  const vault = createVault(master);
  const dataKey = vault.newDataKey(organizationId);
  await sql`
    insert into installation (master_key_fingerprint, pepper_sealed)
    values (${createHash("sha256").update(bytes).digest()}, ${seal(master, "installation|pepper", pepper)})`;
  await sql`
    insert into organizations (id, name, profile, data_key_sealed)
    values (${organizationId}, 'Old organization', 'default', ${dataKey})`;
  const digest = keyDigest(createSecretKey(pepper), keys.operatorKey);
  await sql`
    insert into operator_keys (id, name, digest, prefix)
    values (${newUuid()}, 'first operator key', ${digest}, 'pho_')`;
  await sql`select ensure_partitions((now() at time zone 'UTC')::date - 1, 9)`;
  return vault.open(organizationId, dataKey);
}

async function seedDeliveries(
  sql: Pool,
  of: {
    readonly organizationId: string;
    readonly endpoints: Seeded["endpoints"];
    readonly data: string;
  },
): Promise<Seeded["deliveries"]> {
  const { organizationId, endpoints, data } = of;
  const [node] = await sql<{ id: number }[]>`
    insert into nodes (role, version, heartbeat_at) values ('all', '0.1.0', now() - interval '1 hour') returning id`;
  const add = async (state: SeededDelivery): Promise<[SeededDelivery, string]> => {
    const eventId = asId<"evt">(newUuid());
    const endpointId = asId<"ep">(state === "held" ? endpoints.paused : endpoints.open);
    const id = deliveryId(eventId, endpointId);
    await sql`
      insert into events (id, organization_id, type, resource, ordering_key, occurred_at, data)
      values (${eventId}, ${organizationId}, 'order.created', 'order:1', 'key', now(), ${Buffer.from(data)})`;
    await sql`
      insert into idempotency_keys (organization_id, key, body_sha256, event_id, delivery_count)
      values (${organizationId}, ${state}, ${randomBytes(32)}, ${eventId}, 1)`;
    const stored = { retrying: "pending", held: "pending" }[state as string] ?? state;
    const attempts = ["pending", "held"].includes(state) ? 0 : 1;
    const isOver = ["delivered", "failed", "cancelled"].includes(state);
    const isLeased = state === "leased";
    await sql`
      insert into deliveries (id, organization_id, endpoint_id, event_id, wire_format, state, attempts,
        attempts_total, max_attempts, due_at, lease_until, lease_token, lease_node, last_outcome, last_status,
        finished_at, cancel_reason)
      values (${id}, ${organizationId}, ${endpointId}, ${eventId}, 'default@1', ${stored}::delivery_state, ${attempts},
        ${attempts}, 10, now() - interval '1 minute', ${isLeased ? new Date() : null}, ${attempts},
        ${isLeased ? (node?.id ?? 0) : null}, ${isOver || state === "retrying" ? "http_error" : null}, ${isOver ? 500 : null},
        ${isOver ? new Date() : null}, ${state === "cancelled" ? "person" : null})`;
    if (attempts === 1 && !isLeased) {
      const outcome = state === "delivered" ? "delivered" : "http_error";
      await sql`
        insert into attempts (delivery_id, number, generation, trigger, started_at, duration_ms, outcome, status,
          phases, url, signature, secret_ids, custom_headers, response_headers, response_body, node)
        values (${id}, 1, 1, 'schedule', now(), 7, ${outcome}, 500, '{1,2,null,3}', 'http://old/', 'v1,old',
          ${[newUuid()]}::uuid[], '{X-Old}', '{"content-type":"text/plain"}', 'old answer', ${node?.id ?? 0})`;
    }
    return [state, id];
  };
  const states = [
    "delivered",
    "failed",
    "cancelled",
    "retrying",
    "pending",
    "leased",
    "held",
  ] as const;
  const entries: [SeededDelivery, string][] = [];
  for (const state of states) entries.push(await add(state));
  // Proof: one entry for each member of the union, which `states` lists.
  return Object.fromEntries(entries) as Seeded["deliveries"];
}

async function seedInbox(sql: Pool, organizationId: string): Promise<string> {
  const id = newUuid();
  await sql`
    insert into inboxes (id, organization_id, name, token, behavior, last_number, expires_at)
    values (${id}, ${organizationId}, 'Old inbox', 'oldtoken0123456789abcd', '{"kind":"status","status":200}', 1,
      now() + interval '1 day')`;
  await sql`
    insert into inbox_requests (id, inbox_id, number, received_at, method, path, headers, body, answered_status)
    values (${newUuid()}, ${id}, 1, now(), 'POST', '/', '[["x-a","b"]]', 'old body', 200)`;
  await sql`
    insert into inbox_seen (inbox_id, delivery_key, first_number, last_number, request_count)
    values (${id}, ${randomBytes(32)}, 1, 1, 1)`;
  return id;
}

/**
 * A node of the release beside a newer one: the effects of its statements, row for row and condition for condition
 * as the release has them. It knows no column that came later.
 */
export class ReleasedNode {
  readonly sql: Pool;
  #id = 0;

  constructor(sql: Pool) {
    this.sql = sql;
  }

  /** Has always heard of every change: it keeps no caches, and whoever changes something waits for all nodes. */
  async beat(): Promise<void> {
    const touched = await this.sql`update nodes set heartbeat_at = now() where id = ${this.#id}`;
    if (touched.count > 0) return;
    const [row] = await this.sql<{ id: number }[]>`
      insert into nodes (role, version, seen_change) values ('all', '0.1.0', 1000000) returning id`;
    this.#id = row?.id ?? 0;
  }

  /** Accepts an event for one endpoint, under its lease or left due; answers the delivery. */
  async accept(of: {
    readonly organizationId: string;
    readonly endpointId: string;
    readonly isLeased: boolean;
  }): Promise<{ readonly eventId: string; readonly id: string }> {
    const eventId = asId<"evt">(newUuid());
    const id = deliveryId(eventId, asId<"ep">(of.endpointId));
    const leased = of.isLeased ? 1 : 0;
    await this.sql`
      with new_events as (
        insert into events (id, organization_id, type, resource, ordering_key, occurred_at, data)
        values (${eventId}, ${of.organizationId}, 'order.created', null, null, now(), '{"by":"old"}')
      ),
      new_deliveries as (insert into deliveries (id, organization_id, event_id, endpoint_id, wire_format, max_attempts,
        state, attempts, attempts_total, due_at, lease_until, lease_token, lease_node)
      values (${id}, ${of.organizationId}, ${eventId}, ${of.endpointId}, 'default@1', 10,
        ${of.isLeased ? "leased" : "pending"}::delivery_state, ${leased}, ${leased}, now(),
        ${of.isLeased ? this.sql`now() + interval '90 seconds'` : null}, ${leased}, ${of.isLeased ? this.#id : null}))
      select`;
    return { eventId, id };
  }

  /** Claims what is due for an endpoint; answers the ids. */
  async claim(endpointId: string): Promise<string[]> {
    const rows = await this.sql<{ id: string }[]>`
      with chosen as materialized (
        select d.id from deliveries d
        where d.state = 'pending' and d.endpoint_id = ${endpointId} and d.due_at <= now()
        order by d.due_at limit 20 for update skip locked
      )
      update deliveries d set state = 'leased', attempts = d.attempts + 1, attempts_total = d.attempts_total + 1,
        lease_token = d.lease_token + 1, lease_node = ${this.#id}, lease_until = now() + interval '90 seconds'
      from chosen where d.id = chosen.id and d.state = 'pending'
      returning d.id`;
    return rows.map(({ id }) => id);
  }

  /** Records the result of attempt 1; answers whether the lease was still its own. */
  async settle(id: string, next: "delivered" | "pending"): Promise<boolean> {
    const outcome = next === "delivered" ? "delivered" : "http_error";
    const rows = await this.sql`
      with changed as (
        update deliveries d set state = ${next}::delivery_state, lease_until = null, lease_node = null,
          due_at = case when ${next === "pending"} then now() else d.due_at end, last_outcome = ${outcome},
          last_status = 200, finished_at = case when ${next !== "pending"} then now() end
        where d.id = ${id} and d.lease_node is not null and d.lease_token = 1 returning d.id),
      recorded as (
        insert into attempts (delivery_id, number, generation, trigger, started_at, duration_ms, outcome, status, node)
        values (${id}, 1, 1, 'schedule', now(), 5, ${outcome}, 200, ${this.#id}) on conflict do nothing)
      select from changed`;
    return rows.length > 0;
  }
}
