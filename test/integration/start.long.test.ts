import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { freePort } from "../kit/port.ts";
import { postmasterPid, readOperatorKey, startNode } from "../kit/process.ts";
import { startReceiver } from "../kit/receiver.ts";

let folder = "";

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "posthorn-start-"));
});
after(() => rm(folder, { recursive: true, force: true }));

test("the second start is ready in under three seconds", async () => {
  const argv = ["--port", String(await freePort()), "--data-dir", join(folder, "second")];
  await (await startNode(argv)).stop();
  const times: number[] = [];
  for (let round = 0; round < 3; round++) {
    const node = await startNode(argv);
    times.push(Math.round(node.readyAfterMs));
    assert.equal(await node.stop(), 0);
  }
  process.stdout.write(`${JSON.stringify({ secondStartMs: times })}\n`);
  assert.ok(Math.max(...times) < 3_000, String(times));
});

test("SIGTERM ends with 0 within 40 s though a receiver never answers, and the attempt is tried again", async () => {
  const dataDir = join(folder, "hang");
  const argv = ["--port", String(await freePort()), "--data-dir", dataDir];
  const receiver = await startReceiver();
  const node = await startNode(argv);
  try {
    const headers = {
      authorization: `Bearer ${readOperatorKey(dataDir)}`,
      "content-type": "application/json",
    };
    const post = (path: string, body: unknown) =>
      fetch(node.url + path, { method: "POST", headers, body: JSON.stringify(body) });
    await post("/api/webhooks", { url: `${receiver.url}/hang`, events: ["*"] });
    await post("/api/events", { type: "order.created", data: {} });
    await receiver.waitFor(1);
    const startedAt = performance.now();
    assert.equal(await node.stop(), 0);
    const tookMs = Math.round(performance.now() - startedAt);
    process.stdout.write(`${JSON.stringify({ stopWithHangingDeliveryMs: tookMs })}\n`);
    assert.ok(tookMs < 40_000, `${tookMs} ms`);
    assert.equal(postmasterPid(dataDir), undefined);
    const next = await startNode(argv);
    const url = `${next.url}/api/deliveries?limit=1`;
    const { data } = JSON.parse(await (await fetch(url, { headers })).text());
    assert.equal(data[0]?.status, "retrying");
    assert.equal(await next.stop(), 0);
  } finally {
    await node.kill();
    await receiver.close();
  }
});
