/** What happens between the nodes and PostgreSQL. */
import { setTimeout as wait } from "node:timers/promises";
import {
  CACHE_TRUST_MS,
  CLAIM_POLL_IDLE_MS,
  SELF_FENCE_AFTER_MS,
} from "../../../packages/server/src/limits.ts";
import { checkAll, countOverlaps } from "../check.ts";
import { startCluster, type Cluster } from "../cluster.ts";
import { measure, measureClean, short } from "../load.ts";
import { loadOf, produceFor, startProducer } from "../producer.ts";
import type { FaultProxy } from "../../kit/fault-proxy.ts";
import { times, type Scenario } from "../scenario.ts";
import { always, atLeast, none, timeAtLeast, timeAtMost } from "../verdict.ts";
import { answersOf, recovered } from "./postgres.ts";

const NODES = 3;
const LANES = 20;
const ANSWER_MS = 200;
const WAY_MS = 100;
const THROUGHPUT_SHARE_MIN = 0.6;
/** Longer than any deadline of ours. */
const SILENT_SECONDS_MIN = 25;
const RECOVERY_MS_MAX = 10_000;
const ANSWER_MS_MAX = 10_000;

export const blackHole: Scenario = {
  id: "F05",
  title: "200 ms to PostgreSQL, then a black hole",
  async run({ seconds, rate }) {
    const cluster = await startCluster(NODES, { isProxied: true });
    for (let lane = 0; lane < LANES; lane++) {
      await cluster.addLane(`/slow/${ANSWER_MS}?lane=${lane}`);
    }
    const clean = await measureClean(cluster, { seconds, rate });
    const slow = await measureSlow(cluster, { seconds: Math.max(3, seconds / 2), rate });
    const producer = startProducer(loadOf(cluster, rate));
    await wait(2_000);
    const silentAt = performance.now();
    for (const proxy of cluster.proxies) proxy.swallow();
    await wait(Math.max(SILENT_SECONDS_MIN, seconds) * 1000);
    for (const proxy of cluster.proxies) proxy.restore();
    const restoredAt = performance.now();
    const after = await recovered(cluster, restoredAt);
    await wait(3_000);
    await producer.stop();
    const found = await checkAll(cluster);
    const during = startsBetween(cluster, silentAt + SELF_FENCE_AFTER_MS + 500, restoredAt);
    const overlaps = await countOverlaps(cluster);
    const answers = answersOf(cluster);
    await cluster.close();
    return {
      criteria: [
        ...always(found),
        none("sends after ten seconds of silence", during),
        none("overlapping sends", overlaps),
        none("answers other than 202 and 503", answers.others),
        timeAtLeast(
          "throughput at 200 ms, % of clean",
          slow.share * 100,
          THROUGHPUT_SHARE_MIN * 100,
        ),
        timeAtMost("slowest answer ms", answers.msMax, ANSWER_MS_MAX),
        timeAtMost("accepts after ms", after.acceptMs, RECOVERY_MS_MAX),
        timeAtMost("delivers after that, ms", after.deliverMs, RECOVERY_MS_MAX),
      ],
      figures: { ...found, clean: short(clean), slow, after, answers },
    };
  },
};

/** The share of the load that arrives while it lasts, and its latency. */
async function measureSlow(cluster: Cluster, load: { seconds: number; rate: number }) {
  for (const proxy of cluster.proxies) proxy.delay(WAY_MS);
  const before = cluster.arrivals.requests;
  await produceFor(load.seconds, loadOf(cluster, load.rate));
  const share = (cluster.arrivals.requests - before) / (load.seconds * load.rate);
  const rest = await measure(cluster, { seconds: 1, perSecond: load.rate });
  for (const proxy of cluster.proxies) proxy.delay(0);
  return { share: Math.round(share * 100) / 100, ...short(rest) };
}

function startsBetween({ arrivals }: Cluster, from: number, to: number): number {
  const all = [...arrivals.byEvent.values()].flat();
  return all.filter(({ receivedAt }) => receivedAt > from && receivedAt < to).length;
}

const LATE_MS = 250;
const STALE_MS_MAX = CACHE_TRUST_MS;
const CHANGES_EVERY_SECONDS = 5;

export const deafNodes: Scenario = {
  id: "F36",
  title: "the sessions that listen are cut and stay dead",
  async run({ seconds, rate }) {
    // One node accepts and the others deliver: everything depends on hearing or looking.
    const role = (number: number) => (number === 0 ? "api" : "worker");
    const slot = (number: number) => ({ argv: [`--role=${role(number)}`] });
    const cluster = await startCluster(NODES, { isProxied: true, slot });
    for (let lane = 0; lane < LANES; lane++) await cluster.addLane(`/ok/${lane}`);
    const one = { ...cluster, urls: cluster.urls.slice(0, 1) };
    const clean = await measureClean(one, { seconds, rate });
    for (const proxy of cluster.proxies) deafen(proxy);
    await wait(500);
    const changing = changeUrls(cluster, seconds);
    const deaf = await measure(one, { seconds, perSecond: rate });
    const stale = await changing;
    for (const proxy of cluster.proxies) proxy.restore();
    const found = await checkAll(cluster);
    await cluster.close();
    return {
      criteria: [
        ...always(found),
        none("duplicates that no failure explains", found.repeats),
        none("requests by a stale cache", stale.requests),
        atLeast("changes", stale.changes, 1),
        timeAtMost("p99 ms", deaf.p99, CLAIM_POLL_IDLE_MS + LATE_MS),
        timeAtMost("change answered after ms", stale.answerMs, STALE_MS_MAX + 500),
      ],
      figures: { ...found, clean: short(clean), deaf: short(deaf), stale },
    };
  },
};

function deafen(proxy: FaultProxy): void {
  const listens = (name: string) => name === "posthorn listen";
  proxy.swallow(listens);
}

/** Changes the URL of a lane now and then; counts requests to the old one that came later than the answer. */
async function changeUrls(cluster: Cluster, seconds: number) {
  const [lane] = cluster.lanes;
  if (!lane) throw new Error("There is no lane.");
  const answers: number[] = [];
  let requests = 0;
  let old: { path: string; until: number } | undefined;
  const stop = cluster.arrivals.watch(({ path, receivedAt }) => {
    if (old && path === old.path && receivedAt > old.until) requests += 1;
  });
  let present = lane.path;
  const endsAt = performance.now() + (seconds - CHANGES_EVERY_SECONDS) * 1000;
  for (let number = 0; answers.length === 0 || performance.now() < endsAt; number++) {
    const next = `/ok/0?version=${number}`;
    cluster.arrivals.expect(lane, next);
    const startedAt = performance.now();
    const url = `${cluster.receiver.url}${next}`;
    await cluster.call(`/api/webhooks/${lane.endpointId}`, { url }, "PATCH");
    answers.push(performance.now() - startedAt);
    // A request that had started before the answer may still be on its way.
    old = { path: present, until: performance.now() + LATE_MS };
    present = next;
    await wait(1_000);
  }
  stop();
  return { requests, changes: answers.length, answerMs: times(answers).max };
}
