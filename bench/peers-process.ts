/**
 * One peer at work: events are published one by one, as they would come in, and each ends as a signed POST. At most
 * `OPEN_MAX` are under way. Arguments: peer, folder of its packages, database URL, receiver, body bytes, seconds.
 * Says `ready` after the warm-up and a `PeerReport` at the end.
 */
import { createHmac, createSecretKey, randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Pool, type Dispatcher } from "undici";
import type { PeerReport } from "./peers.ts";

const [peer = "", packages = "", database = "", url = "", bytes = "512", seconds = "8"] =
  process.argv.slice(2);

const WARM_UP_MS = 4_000;
/** Enough for every worker, little enough that a backlog is not what is measured. */
const OPEN_MAX = 2_000;
const PUBLISHERS = 64;
const CONCURRENCY = 64;
const BATCH = 500;

interface Job {
  readonly id: string;
  readonly data: unknown;
}

interface Queue {
  publish(job: Job): Promise<unknown>;
}

const pool = new Pool(new URL(url).origin, { connections: CONCURRENCY, pipelining: 1 });
const key = createSecretKey(randomBytes(32));
let published = 0;
let finished = 0;
let isStopping = false;

/** The same request as Posthorn makes. */
function send({ id, data }: Job): Promise<void> {
  const timestamp = Math.floor(Date.now() / 1000);
  const body = JSON.stringify({ type: "order.created", timestamp: new Date().toISOString(), data });
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  const headers = { "content-type": "application/json", "webhook-id": id };
  const signed = { "webhook-timestamp": String(timestamp), "webhook-signature": `v1,${signature}` };
  return new Promise((resolve, reject) => {
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart() {},
      onResponseStart() {},
      onResponseData() {},
      onResponseEnd() {
        finished += 1;
        resolve();
      },
      onResponseError: (_controller, error) => reject(error),
    };
    const path = new URL(url).pathname;
    pool.dispatch({ path, method: "POST", headers: { ...headers, ...signed }, body }, handler);
  });
}

function load(name: string): Promise<unknown> {
  const require = createRequire(join(packages, "package.json"));
  return import(pathToFileURL(require.resolve(name)).href);
}

/** As its documentation advises for throughput: a local queue, completions in batches, many jobs at once. */
async function startGraphileWorker(): Promise<Queue> {
  // Proof: the parts of graphile-worker 0.18 that are used here.
  const { run, Logger } = (await load("graphile-worker")) as {
    Logger: new (factory: () => () => void) => unknown;
    run(options: unknown): Promise<{ addJob(name: string, job: Job): Promise<unknown> }>;
  };
  const runner = await run({
    connectionString: database,
    noHandleSignals: true,
    // Else it writes a line for every job.
    logger: new Logger(() => () => {}),
    taskList: { deliver: send },
    preset: {
      worker: {
        concurrentJobs: CONCURRENCY,
        maxPoolSize: 20,
        pollInterval: 100,
        localQueue: { size: BATCH },
        completeJobBatchDelay: 1,
        failJobBatchDelay: 1,
      },
    },
  });
  return { publish: (job) => runner.addJob("deliver", job) };
}

/** As its documentation advises for throughput: several workers, large batches, no pause while they are full. */
async function startPgBoss(): Promise<Queue> {
  // Proof: the parts of pg-boss 12 that are used here.
  const { PgBoss } = (await load("pg-boss")) as {
    PgBoss: new (options: unknown) => {
      on(event: "error", listener: (error: unknown) => void): void;
      start(): Promise<void>;
      createQueue(name: string): Promise<void>;
      work(
        name: string,
        options: unknown,
        handle: (jobs: readonly { data: Job }[]) => Promise<unknown>,
      ): Promise<unknown>;
      send(name: string, job: Job): Promise<unknown>;
    };
  };
  const boss = new PgBoss({ connectionString: database, max: 20, schedule: false });
  boss.on("error", console.error);
  await boss.start();
  await boss.createQueue("deliver");
  const options = {
    batchSize: BATCH,
    localConcurrency: 4,
    pollingIntervalSeconds: 0.5,
    burstWhenBatchFull: true,
  };
  await boss.work("deliver", options, (jobs) => Promise.all(jobs.map(({ data }) => send(data))));
  return { publish: (job) => boss.send("deliver", job) };
}

async function publishAll(queue: Queue): Promise<void> {
  const data = { text: "x".repeat(Number(bytes) - 11) };
  while (!isStopping) {
    if (published - finished >= OPEN_MAX) await new Promise((resolve) => setTimeout(resolve, 1));
    else await queue.publish({ id: `evt_${published++}`, data });
  }
}

const queue = await (peer === "pg-boss" ? startPgBoss() : startGraphileWorker());
for (let index = 0; index < PUBLISHERS; index++) {
  publishAll(queue).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
}
setTimeout(() => {
  process.send?.("ready");
  const before = { finished, cpu: process.cpuUsage(), at: performance.now() };
  setTimeout(
    () => {
      isStopping = true;
      const { user, system } = process.cpuUsage(before.cpu);
      const report: PeerReport = {
        finished: finished - before.finished,
        seconds: (performance.now() - before.at) / 1000,
        cpuMicros: user + system,
      };
      process.send?.(report, () => process.exit(0));
    },
    Number(seconds) * 1000,
  );
}, WARM_UP_MS);
process.on("disconnect", () => process.exit(0));
