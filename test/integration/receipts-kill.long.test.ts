/** A node that takes webhooks is killed again and again: what was acknowledged is one event each, and nothing else is. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { embeddedConnection } from "../../packages/server/src/db/embedded.ts";
import { createPool } from "../../packages/server/src/db/pool.ts";
import { formatApiKey } from "../../packages/server/src/domain/api-key.ts";
import { fromStripe, SECRETS } from "../kit/providers.ts";
import { urlOf } from "../kit/outbox.ts";
import { startOwner } from "../kit/owner.ts";
import { freePort } from "../kit/port.ts";
import { startNode, type NodeProcess } from "../kit/process.ts";

const KILLS = Number(process.env["RECEIPT_KILLS"] ?? 10);
const SENDERS = 8;
const SETTLED_MS_MAX = 60_000;
const KEYS = {
  POSTHORN_OPERATOR_KEY: formatApiKey("pho", randomBytes(32)),
  POSTHORN_MASTER_KEY: randomBytes(32).toString("base64"),
};

test(`every acknowledged webhook is exactly one event, over ${KILLS} kills -9 of the node that takes them`, async () => {
  const folder = await mkdtemp(join(tmpdir(), "posthorn-receipts-"));
  const owner = await startOwner(join(folder, "data"));
  const connection = embeddedConnection(join(folder, "data"));
  const sql = createPool(connection, { max: 2, applicationName: "receipts test" });
  const port = await freePort();
  const argv = ["--port", String(port), "--database-url", urlOf(connection)];
  argv.push("--mode", "development", "--data-dir", join(folder, "node"));
  let node = await startNode(argv, KEYS);
  const acknowledged = new Set<string>();
  let isOver = false;
  try {
    const url = await makeSource(node);
    const senders = Array.from({ length: SENDERS }, (_, lane) =>
      sendAll(url, { lane, acknowledged, isOver: () => isOver }),
    );
    for (let kill = 0; kill < KILLS; kill++) {
      const goal = acknowledged.size + 50;
      while (acknowledged.size < goal) await wait(10);
      await node.kill();
      node = await startNode(argv, KEYS);
    }
    isOver = true;
    const sent = (await Promise.all(senders)).reduce((sum, count) => sum + count, 0);
    await settled(async () => {
      const [row] =
        await sql`select count(*)::int as n from posthorn.receipts where outcome = 'pending'`;
      return row?.["n"] === 0;
    });
    const [found] = await sql`
      select count(*)::int as receipts, count(distinct provider_id)::int as ids,
        count(distinct event_id)::int as events, count(*) filter (where outcome = 'published')::int as published,
        (select count(*)::int from posthorn.events) as stored,
        (select count(*)::int from posthorn.receipts r join posthorn.events e on e.id = r.event_id) as joined,
        coalesce(max(claims), 0)::int as claims
      from posthorn.receipts`;
    const rows = await sql<{ provider_id: string }[]>`select provider_id from posthorn.receipts`;
    process.stdout.write(
      `${JSON.stringify({ sent, acknowledged: acknowledged.size, ...found })}\n`,
    );
    const ids = new Set(rows.map(({ provider_id: id }) => id));
    for (const id of acknowledged) assert.ok(ids.has(id), `${id} was acknowledged and is gone`);
    const { receipts } = found ?? {};
    for (const name of ["ids", "events", "published", "stored", "joined"]) {
      assert.equal(found?.[name], receipts, name);
    }
  } finally {
    isOver = true;
    await node.kill();
    await sql.end({ timeout: 5 });
    await owner.stop();
    await rm(folder, { recursive: true, force: true });
  }
});

async function makeSource(node: NodeProcess): Promise<string> {
  const response = await fetch(`${node.url}/api/sources`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${KEYS.POSTHORN_OPERATOR_KEY}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ provider: "stripe", secret: SECRETS.stripe }),
  });
  assert.equal(response.status, 201, await response.clone().text());
  // oxlint-disable-next-line typescript/no-explicit-any -- One field of an answer.
  const source: any = await response.json();
  return source.url;
}

/** As Stripe does: each event again until somebody says 200; the last one stays unanswered when time is over. */
async function sendAll(
  url: string,
  run: {
    readonly lane: number;
    readonly acknowledged: Set<string>;
    readonly isOver: () => boolean;
  },
): Promise<number> {
  for (let number = 0; ; number++) {
    const id = `evt_${run.lane}_${number}`;
    for (;;) {
      if (run.isOver()) return number;
      const { headers, body } = fromStripe({ id, type: "charge.succeeded" }, { at: Date.now() });
      const status = await fetch(url, { method: "POST", headers, body: String(body) })
        .then(async (response) => {
          await response.arrayBuffer();
          return response.status;
        })
        .catch(() => 0);
      if (status === 200) break;
      await wait(20);
    }
    run.acknowledged.add(id);
  }
}

async function settled(isSettled: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + SETTLED_MS_MAX;
  while (!(await isSettled())) {
    assert.ok(performance.now() < deadline, "receipts are still pending");
    await wait(100);
  }
}
