import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { Agent, request } from "undici";
import { eventually } from "../kit/eventually.ts";
import { freePort } from "../kit/port.ts";
import { isRunning, postmasterPid, readOperatorKey, startNode } from "../kit/process.ts";
import { startReceiver } from "../kit/receiver.ts";

const KILLS = 10;
const EVENTS_PER_SECOND = 500;

/** Every 202 is written down here before anything else happens: what is in it must arrive. */
class Ledger {
  readonly accepted = new Set<string>();
  refused = 0;
}

test("kill -9 under load, ten times: every 202 is delivered, no PostgreSQL stays, the next start recovers", async () => {
  const dataDir = join(await mkdtemp(join(tmpdir(), "posthorn-kill-")), "data");
  const receiver = await startReceiver();
  const port = await freePort();
  const argv = ["--port", String(port), "--data-dir", dataDir, "--log-level", "warn"];
  const ledger = new Ledger();
  let node = await startNode(argv);
  const operatorKey = readOperatorKey(dataDir);
  const created = await post(`${node.url}/api/webhooks`, operatorKey, {
    url: `${receiver.url}/status/200`,
    events: ["*"],
  });
  assert.equal(created.status, 201, JSON.stringify(created.body));
  // Not before: an event that is accepted while nobody wants it is not delivered, and rightly so.
  const producer = produce({ url: node.url, operatorKey, ledger });
  try {
    for (let kill = 1; kill <= KILLS; kill++) {
      await wait(700 + kill * 70);
      const database = postmasterPid(dataDir);
      await node.kill();
      await eventually(
        "PostgreSQL ends with its owner",
        () => database === undefined || !isRunning(database),
        10_000,
      );
      node = await startNode(argv);
    }
    await wait(500);
    await producer.stop();
    const received = () =>
      new Set(receiver.requests.map((each) => String(each.headers["webhook-id"]).slice(4)));
    await eventually("all that was accepted arrives", () => {
      const ids = received();
      return [...ledger.accepted].every((id) => ids.has(id.slice(4)));
    });
    const duplicates = receiver.requests.length - received().size;
    assert.ok(ledger.accepted.size > 500, `only ${ledger.accepted.size} events were accepted`);
    process.stdout.write(
      `${JSON.stringify({ kills: KILLS, accepted: ledger.accepted.size, unanswered: ledger.refused, received: receiver.requests.length, duplicates, lastReadyAfterMs: Math.round(node.readyAfterMs) })}\n`,
    );
  } finally {
    await producer.stop();
    await node.stop();
    await receiver.close();
    await rm(join(dataDir, ".."), { recursive: true, force: true });
  }
});

function produce(options: { url: string; operatorKey: string; ledger: Ledger }) {
  const { url, operatorKey, ledger } = options;
  const agent = new Agent({ connections: 32 });
  let isRunning = true;
  let count = 0;
  const pending = new Set<Promise<void>>();
  async function one(number: number): Promise<void> {
    try {
      const answer = await request(`${url}/api/events`, {
        method: "POST",
        dispatcher: agent,
        headers: { authorization: `Bearer ${operatorKey}`, "content-type": "application/json" },
        body: JSON.stringify({ type: "load.tick", data: { number } }),
        headersTimeout: 5_000,
      });
      const text = await answer.body.text();
      if (answer.statusCode === 202) ledger.accepted.add(JSON.parse(text).id);
      else ledger.refused += 1;
    } catch {
      // The node was killed with our request in it: no 202, so no promise.
      ledger.refused += 1;
    }
  }
  const running = (async () => {
    const startedAt = performance.now();
    while (isRunning) {
      const due = ((performance.now() - startedAt) / 1000) * EVENTS_PER_SECOND;
      for (; count < due; count++) {
        const sent = one(count).finally(() => pending.delete(sent));
        pending.add(sent);
      }
      await wait(5);
    }
    await Promise.all(pending);
  })();
  let stopped: Promise<void> | undefined;
  return {
    stop() {
      isRunning = false;
      stopped ??= running.then(() => agent.close());
      return stopped;
    },
  };
}

async function post(url: string, key: string, body: unknown) {
  const answer = await fetch(url, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json() };
}
