/** Too much at once: a receiver that comes back to a backlog, a burst of events, uploads without end. */
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { statesOf } from "../attempts.ts";
import { checkAll } from "../check.ts";
import { startCluster, type Cluster } from "../cluster.ts";
import { measure, measureClean, measuredSince, publish, short, until } from "../load.ts";
import { watchMemory } from "../memory.ts";
import { loadOf, produceFor } from "../producer.ts";
import { times, type Scenario } from "../scenario.ts";
import { always, atLeast, none, timeAtMost } from "../verdict.ts";

const NODES = 3;
const GOOD_LANES = 10;
const RECEIVER_PER_SECOND = 50;
/** For each second of the run; 20,000 for 10 minutes is 33. */
const DUE_PER_SECOND = 33;
const DEAD_MS = 8_000;
const P99_SLOWER_MS_MAX = 500;
/** Many tries within a short time: what the receiver refuses must not end a delivery. */
const PATIENT = {
  timeoutSeconds: 5,
  delaysSeconds: [0, 1, 2, ...Array.from({ length: 37 }, () => 4)],
};

export const returningReceiver: Scenario = {
  id: "F20",
  title: "a dead receiver comes back to its backlog, and takes 50 requests a second",
  async run({ seconds, rate }) {
    const cluster = await startCluster(NODES, { delivery: PATIENT });
    for (let lane = 0; lane < GOOD_LANES; lane++) await cluster.addLane(`/ok/${lane}`);
    const clean = await measureClean(cluster, { seconds, rate });
    const lane = await cluster.addLane("/limited");
    const limited = limitedReceiver(cluster, lane.path);
    const due = Math.max(200, seconds * DUE_PER_SECOND);
    await publish(cluster, lane, { count: due });
    await wait(DEAD_MS);
    const returnedAt = limited.comeBack();
    const before = cluster.ledger.accepted.length;
    const load = { ...loadOf(cluster, rate), lanes: GOOD_LANES };
    const [drainedMs] = await Promise.all([
      until(
        async () => (await statesOf(cluster.sql, lane))["delivered"] === due,
        seconds * 3_000 + 60_000,
      ),
      produceFor(seconds, load),
    ]);
    const found = await checkAll(cluster);
    const beside = measuredSince(cluster, before);
    await cluster.close();
    const shape = limited.shape(returnedAt, drainedMs);
    return {
      criteria: [
        ...always(found),
        atLeast("delivered", shape.accepted, due),
        // Ten minutes for 20,000 at 50 a second is 1.5 times what the receiver needs.
        timeAtMost("drained after ms", drainedMs, (due / RECEIVER_PER_SECOND) * 1_500 + 15_000),
        timeAtMost("requests above the limit in the worst 10 s, %", shape.refusedShare * 100, 20),
        timeAtMost("peak of a second / mean, %", shape.peak * 100, 200),
        timeAtMost("p99 ms of the others", beside.p99, clean.p99 + P99_SLOWER_MS_MAX),
      ],
      figures: { ...found, due, shape, clean: short(clean), beside: short(beside) },
    };
  },
};

/** Resets every connection until it comes back; then 200, but 503 for all beyond its limit in a second. */
function limitedReceiver(cluster: Cluster, path: string) {
  let isBack = false;
  const answers: { at: number; isAccepted: boolean }[] = [];
  const taken = new Map<number, number>();
  cluster.behaviours.set(path, ({ receivedAt }, response) => {
    if (!isBack) {
      response.socket?.resetAndDestroy();
      return;
    }
    const second = Math.floor(receivedAt / 1000);
    const count = (taken.get(second) ?? 0) + 1;
    taken.set(second, count);
    const isAccepted = count <= RECEIVER_PER_SECOND;
    answers.push({ at: receivedAt, isAccepted });
    response.writeHead(isAccepted ? 200 : 503).end();
  });
  return {
    comeBack() {
      isBack = true;
      return performance.now();
    },
    /** What the receiver has seen, the first quarter left out: the sender has to find its pace. */
    shape(from: number, lastedMs: number) {
      const steady = answers.filter(({ at }) => at > from + lastedMs / 4 && at < from + lastedMs);
      const bySecond = countBy(steady, 1_000, () => true);
      const all = countBy(steady, 10_000, () => true);
      const refused = countBy(steady, 10_000, ({ isAccepted }) => !isAccepted);
      const shares = [...all].map(([window, count]) => (refused.get(window) ?? 0) / count);
      const mean = steady.length / Math.max(1, bySecond.size);
      return {
        accepted: answers.filter(({ isAccepted }) => isAccepted).length,
        requests: answers.length,
        refusedShare: Math.max(0, ...shares),
        peak: Math.max(0, ...bySecond.values()) / Math.max(1, mean),
        mean: Math.round(mean),
      };
    },
  };
}

interface Answered {
  readonly at: number;
  readonly isAccepted: boolean;
}

function countBy(answers: readonly Answered[], ms: number, counts: (each: Answered) => boolean) {
  const windows = new Map<number, number>();
  for (const each of answers) {
    const window = Math.floor(each.at / ms);
    windows.set(window, (windows.get(window) ?? 0) + (counts(each) ? 1 : 0));
  }
  return windows;
}

const BURST = 10;
const LANES = 20;
const INGEST_P99_MS_MAX = 500;
const DRAIN_MS_MAX = 300_000;

export const burst: Scenario = {
  id: "F26",
  title: "ten times the load for a while",
  async run({ seconds, rate }) {
    const cluster = await startCluster(NODES);
    for (let lane = 0; lane < LANES; lane++) await cluster.addLane(`/ok/${lane}`);
    const calm = watchMemory(cluster.slots);
    const clean = await measureClean(cluster, { seconds, rate });
    const before = await calm.stop();
    const watch = watchMemory(cluster.slots);
    const first = cluster.ledger.accepted.length;
    await produceFor(seconds, loadOf(cluster, rate * BURST));
    const endedAt = performance.now();
    const found = await checkAll(cluster, DRAIN_MS_MAX);
    const drainedMs = performance.now() - endedAt;
    const most = await watch.stop();
    const entries = cluster.ledger.accepted.slice(first);
    const ingest = times(entries.map(({ sentAt, answeredAt }) => answeredAt - sentAt));
    const silent = cluster.ledger.refused.filter(({ saysWhen }) => !saysWhen);
    await cluster.close();
    const grown = most.map((megabytes, node) => megabytes / (before[node] ?? megabytes));
    return {
      criteria: [
        ...always(found),
        none("duplicates that no failure explains", found.repeats),
        none("refusals that do not say when to come again", silent.length),
        timeAtMost("memory, % of before", Math.max(...grown) * 100, 150),
        timeAtMost("ingest p99 ms", ingest.p99, INGEST_P99_MS_MAX),
        timeAtMost("drained after ms", drainedMs, DRAIN_MS_MAX),
      ],
      figures: { ...found, before, most, ingest, clean: short(clean) },
    };
  },
};

const UPLOADS = 200;
const REFUSED_MS_MAX = 2_000;
const GROWTH_MB_MAX = 100;
const GIGABYTE = 1024 ** 3;

export const hugeUploads: Scenario = {
  id: "F29",
  title: "200 uploads of a gigabyte at once",
  async run({ seconds, rate }) {
    const cluster = await startCluster(1);
    for (let lane = 0; lane < LANES; lane++) await cluster.addLane(`/ok/${lane}`);
    const clean = await measureClean(cluster, { seconds: seconds / 2, rate });
    const calm = ingestTimes(cluster, 0);
    const before = await watchMemory(cluster.slots).stop();
    const watch = watchMemory(cluster.slots);
    const first = cluster.ledger.accepted.length;
    const kinds = Array.from({ length: UPLOADS }, (_, number) => number % 2 === 0);
    const [uploads] = await Promise.all([
      Promise.all(kinds.map((isChunked) => upload(cluster, isChunked))),
      measure(cluster, { seconds: Math.max(3, seconds / 4), perSecond: rate }),
    ]);
    const most = await watch.stop();
    const found = await checkAll(cluster);
    const beside = ingestTimes(cluster, first);
    await cluster.close();
    const others = uploads.filter(({ status }) => status !== 413);
    return {
      criteria: [
        ...always(found),
        none("uploads that were not answered 413", others.length),
        none("events refused meanwhile", found.refused),
        timeAtMost("slowest 413 ms", times(uploads.map(({ ms }) => ms)).max, REFUSED_MS_MAX),
        timeAtMost("memory grown by MB", (most[0] ?? 0) - (before[0] ?? 0), GROWTH_MB_MAX),
        timeAtMost("ingest p99 ms meanwhile", beside.p99, Math.max(2 * calm.p99, calm.p99 + 100)),
      ],
      figures: {
        ...found,
        before,
        most,
        calm,
        beside,
        clean: short(clean),
        others: others.slice(0, 3),
      },
    };
  },
};

function ingestTimes({ ledger }: Cluster, first: number) {
  const entries = ledger.accepted.slice(first);
  return times(entries.map(({ sentAt, answeredAt }) => answeredAt - sentAt));
}

const PIECE = Buffer.alloc(64 * 1024, "x");

/** Sends until it is answered; with a length that it says beforehand, or in chunks without end. */
function upload(cluster: Cluster, isChunked: boolean): Promise<{ status: number; ms: number }> {
  const { hostname, port } = new URL(cluster.urls[0] ?? "");
  const length = isChunked ? "transfer-encoding: chunked" : `content-length: ${GIGABYTE}`;
  const head = [
    "POST /api/events HTTP/1.1",
    `host: 127.0.0.1:${port}`,
    `authorization: Bearer ${cluster.operatorKey}`,
    "content-type: application/json",
    length,
  ];
  const startedAt = performance.now();
  return new Promise((resolve) => {
    let status = 0;
    const socket = connect(Number(port), hostname);
    const push = () => {
      while (status === 0 && !socket.destroyed) {
        if (isChunked) socket.write(`${PIECE.length.toString(16)}\r\n`);
        const goesOn = socket.write(PIECE);
        if (isChunked) socket.write("\r\n");
        if (!goesOn) return;
      }
    };
    const end = () => {
      socket.destroy();
      resolve({ status, ms: performance.now() - startedAt });
    };
    socket.on("data", (chunk: Buffer) => {
      status ||= Number(chunk.toString("latin1").split(" ")[1]);
      end();
    });
    socket.on("error", end);
    socket.on("close", end);
    socket.on("drain", push);
    socket.on("connect", () => {
      socket.write(`${head.join("\r\n")}\r\n\r\n`);
      push();
    });
  });
}
