/** How long a revocation takes until no node accepts the key: three nodes, two hundred keys; then with deaf nodes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createTestServer, type TestServer } from "../kit/server.ts";

const REVOCATIONS = 200;
const DEAF_REVOCATIONS = 20;

test("after the answer no node accepts the key; the answer takes milliseconds, with deaf nodes seconds at most", async () => {
  const first = await createTestServer();
  const nodes = [
    first,
    await createTestServer({ beside: first }),
    await createTestServer({ beside: first }),
  ];
  try {
    const heard = await revokeMany(nodes, REVOCATIONS);
    const deaf = await revokeMany(nodes, DEAF_REVOCATIONS, () => cutListeners(first));
    process.stdout.write(`${JSON.stringify({ heard, deaf })}\n`);
    assert.ok(
      heard.p99 <= 5_000 && deaf.max <= 6_000,
      "a revocation is answered within five seconds",
    );
  } finally {
    for (const node of nodes.toReversed()) await node.close();
  }
});

async function revokeMany(
  nodes: readonly TestServer[],
  count: number,
  before: () => Promise<void> = async () => {},
) {
  const [first] = nodes as readonly [TestServer];
  const tookMs: number[] = [];
  for (let each = 0; each < count; each++) {
    const made = await first.api("POST", "/api/keys", { name: "k", scopes: ["webhooks:read"] });
    const { id, key } = made.body;
    const ask = (node: TestServer) =>
      node.api("GET", "/api/webhooks", undefined, { authorization: `Bearer ${key}` });
    for (const node of nodes) assert.equal((await ask(node)).status, 200);
    await before();
    const startedAt = performance.now();
    assert.equal((await first.api("DELETE", `/api/keys/${id}`)).status, 204);
    tookMs.push(performance.now() - startedAt);
    const statuses = await Promise.all(nodes.map(async (node) => (await ask(node)).body.code));
    assert.deepEqual(statuses, Array(nodes.length).fill("key_revoked"));
  }
  const sorted = tookMs.toSorted((a, b) => a - b).map(Math.round);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { count, p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** Ends the sessions in which nodes listen; they come back, and trust nothing meanwhile. */
async function cutListeners({ sql }: TestServer): Promise<void> {
  const cut = await sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name = 'posthorn listen'`;
  assert.equal(cut.length, 3, "each node listens");
}
