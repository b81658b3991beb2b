/** A replay survives what its node does not. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { eventually } from "../kit/eventually.ts";
import { freePort } from "../kit/port.ts";
import { readOperatorKey, startNode } from "../kit/process.ts";
import { startReceiver } from "../kit/receiver.ts";

const EVENTS = 1_000;
const KILLS = 5;

test("kill -9 in a replay, five times: it goes on from where it was, and leaves nothing out", async () => {
  const dataDir = join(await mkdtemp(join(tmpdir(), "posthorn-jobs-")), "data");
  const receiver = await startReceiver();
  const port = await freePort();
  const argv = ["--port", String(port), "--data-dir", dataDir, "--log-level", "warn"];
  let node = await startNode(argv);
  const authorization = `Bearer ${readOperatorKey(dataDir)}`;
  // oxlint-disable-next-line typescript/no-explicit-any -- Answers are read field by field.
  async function api(method: string, path: string, body?: unknown): Promise<any> {
    const response = await fetch(node.url + path, {
      method,
      headers: { authorization, ...(body ? { "content-type": "application/json" } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return response.json();
  }
  try {
    const ids = new Set<string>();
    for (let at = 0; at < EVENTS; at += 100) {
      const events = Array.from({ length: 100 }, (_, n) => ({ type: "a.b", data: { n: at + n } }));
      const { data } = await api("POST", "/api/events/batch", { events });
      for (const { id } of data) ids.add(id.slice(4));
    }
    const url = `${receiver.url}/status/200`;
    const { id } = await api("POST", "/api/webhooks", { url, events: ["*"] });
    const since = new Date(Date.now() - 3_600_000).toISOString();
    const request = { mode: "missing", since, rate: "200/s" };
    const job = await api("POST", `/api/webhooks/${id}/replay`, request);
    assert.equal(job.planned, EVENTS);
    let done = 0;
    for (let kill = 1; kill <= KILLS; kill++) {
      await eventually("progress", async () => {
        const shown = await api("GET", `/api/jobs/${job.id}`);
        return shown.done > done + 50 ? (done = shown.done) : undefined;
      });
      await node.kill();
      node = await startNode(argv);
    }
    const end = await eventually("the end", async () => {
      const shown = await api("GET", `/api/jobs/${job.id}`);
      return shown.status === "running" ? undefined : shown;
    });
    assert.deepEqual([end.status, end.done, end.skipped], ["finished", EVENTS, 0]);
    const arrived = () =>
      receiver.requests.map(({ headers }) => String(headers["webhook-id"]).slice(4));
    // A job counts first attempts: what a killed node has lost goes out once more by itself.
    await eventually("all arrive", () => new Set(arrived()).size >= ids.size);
    const received = arrived();
    assert.deepEqual(new Set(received), ids);
    const { ok, failed, waiting } = end;
    const duplicates = received.length - ids.size;
    process.stdout.write(`${JSON.stringify({ kills: KILLS, ok, failed, waiting, duplicates })}\n`);
  } finally {
    await node.stop();
    await receiver.close();
    await rm(join(dataDir, ".."), { recursive: true, force: true });
  }
});
