import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { createTestServer, type TestServer } from "../kit/server.ts";

let here: TestServer;
let there: TestServer;

before(async () => {
  here = await createTestServer();
  there = await createTestServer({ beside: here });
});
after(async () => {
  await there.close();
  await here.close();
});

/** Makes a key and uses it on both nodes, so that both have it in memory. */
async function createUsedKey(): Promise<{ id: string; key: string }> {
  const { status, body } = await here.api("POST", "/api/operator-keys", { name: "short-lived" });
  assert.equal(status, 201, JSON.stringify(body));
  for (const node of [here, there]) assert.equal(await use(node, body.key), 200);
  return body;
}

async function use({ url }: TestServer, key: string): Promise<number> {
  const headers = { authorization: `Bearer ${key}` };
  const response = await fetch(`${url}/api/event-types`, { headers });
  await response.arrayBuffer();
  return response.status;
}

async function revoke(id: string): Promise<number> {
  const startedAt = performance.now();
  const { status } = await here.api("DELETE", `/api/operator-keys/${id}`);
  assert.equal(status, 204);
  return performance.now() - startedAt;
}

test("a key that is revoked on one node is refused by the other when the answer comes, at once", async () => {
  for (let round = 0; round < 10; round++) {
    const { id, key } = await createUsedKey();
    const tookMs = await revoke(id);
    assert.equal(await use(there, key), 401);
    assert.equal(await use(here, key), 401);
    assert.ok(tookMs < 2_000, `the answer took ${tookMs} ms`);
  }
});

test("so it is while the sessions are cut that changes are heard on, within five seconds", async () => {
  const cutting = new AbortController();
  const cuts = (async () => {
    while (!cutting.signal.aborted) {
      await here.sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'posthorn listen'`;
      await wait(30);
    }
  })();
  try {
    for (let round = 0; round < 3; round++) {
      const { id, key } = await createUsedKey();
      const tookMs = await revoke(id);
      assert.equal(await use(there, key), 401);
      assert.equal(await use(here, key), 401);
      assert.ok(tookMs < 6_000, `the answer took ${tookMs} ms`);
    }
  } finally {
    cutting.abort();
    await cuts;
  }
});

test("a node whose session has fallen silent believes its memory for five seconds at most", async () => {
  const { id, key } = await createUsedKey();
  const silent = await listeningSessions();
  for (const { pid } of silent) process.kill(pid, "SIGSTOP");
  try {
    const tookMs = await revoke(id);
    assert.equal(await use(there, key), 401);
    assert.ok(tookMs > 1_000 && tookMs < 6_000, `the answer took ${tookMs} ms`);
  } finally {
    for (const { pid } of silent) process.kill(pid, "SIGCONT");
  }
});

/** Of both nodes; they may just be connecting again. */
async function listeningSessions(): Promise<readonly { pid: number }[]> {
  for (;;) {
    const found = await here.sql<{ pid: number }[]>`
      select pid from pg_stat_activity
      where datname = current_database() and application_name = 'posthorn listen'
        and query = 'select 1'`;
    if (found.length === 2) return found;
    await wait(20);
  }
}
