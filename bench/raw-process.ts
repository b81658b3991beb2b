/**
 * The yardstick: how fast undici alone posts signed bodies to the receiver, without queue, database or rules.
 * Arguments: URL, body bytes, seconds, connections. Answers one message.
 */
import { createHmac, createSecretKey, randomBytes } from "node:crypto";
import { Pool, type Dispatcher } from "undici";
import type { RawResult } from "./raw.ts";
import { round } from "./statistics.ts";

const [url = "", bodyBytes = "512", seconds = "8", connections = "64"] = process.argv.slice(2);
const WARM_UP_MS = 1_000;

const key = createSecretKey(randomBytes(32));
const body = Buffer.from(JSON.stringify({ text: "x".repeat(Number(bodyBytes) - 11) }));
const pool = new Pool(url, { connections: Number(connections), pipelining: 1 });
let finished = 0;
let failed = 0;
let isStopping = false;

/** One request after the other; as many of these run as there are connections. */
const handler: Dispatcher.DispatchHandler = {
  onRequestStart() {},
  onResponseStart() {},
  onResponseData() {},
  onResponseEnd() {
    finished += 1;
    if (!isStopping) post();
  },
  onResponseError() {
    failed += 1;
    // Not at once: a receiver that is gone would keep this process from ever ending.
    if (!isStopping) setImmediate(post);
  },
};

function post(): void {
  const timestamp = Math.floor(Date.now() / 1000);
  const id = `evt_${finished}`;
  const signed = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body);
  const headers = [
    "content-type",
    "application/json",
    "webhook-id",
    id,
    "webhook-timestamp",
    String(timestamp),
    "webhook-signature",
    `v1,${signed.digest("base64")}`,
  ];
  pool.dispatch({ path: "/raw", method: "POST", headers, body }, handler);
}

function start(): void {
  for (let index = 0; index < Number(connections); index++) post();
}

start();
setTimeout(() => {
  const startedAt = performance.now();
  const before = { finished, cpu: process.cpuUsage() };
  setTimeout(
    () => {
      isStopping = true;
      const requests = finished - before.finished;
      const { user, system } = process.cpuUsage(before.cpu);
      const result: RawResult = {
        requestsPerSecond: round((requests / (performance.now() - startedAt)) * 1000),
        cpuMicrosPerRequest: round((user + system) / requests),
        failed,
      };
      process.send?.(result, () => process.exit(0));
    },
    Number(seconds) * 1000,
  );
}, WARM_UP_MS);
process.on("disconnect", () => process.exit(0));
