/** What happens to the database. */
import { setTimeout as wait } from "node:timers/promises";
import { isRunning, postmasterPid } from "../../kit/process.ts";
import { arrivalsById, checkAll } from "../check.ts";
import { startEmbeddedNode, type Cluster } from "../cluster.ts";
import { loadOf, startProducer } from "../producer.ts";
import { times, type Scenario } from "../scenario.ts";
import { always } from "../verdict.ts";

const LANES = 20;
const ANSWER_MS_MAX = 5_000;
const RECOVERY_MS_MAX = 10_000;
const FIRST_DELIVERY_MS_MAX = 5_000;
const DUPLICATES_PER_KILL_MAX = 150;
/** Recovery and its limits are over by then. */
const GIVE_UP_MS = 60_000;

export const killedPostgres: Scenario = {
  id: "F02",
  title: "kill -9 of the embedded PostgreSQL",
  async run({ seconds, rate }) {
    const cluster = await startEmbeddedNode();
    for (let lane = 0; lane < LANES; lane++) await cluster.addLane(`/slow/50?lane=${lane}`);
    const { ledger } = cluster;
    const producer = startProducer(loadOf(cluster, rate));
    const recoveries: Awaited<ReturnType<typeof killAndRecover>>[] = [];
    const kills = Math.max(1, Math.round(seconds / 10));
    for (let kill = 0; kill < kills; kill++) {
      await wait((seconds * 1000) / 2 / kills);
      recoveries.push(await killAndRecover(cluster));
    }
    await wait((seconds * 1000) / 2);
    await producer.stop();
    const found = await checkAll(cluster);
    const other = ledger.refused.filter(({ status }) => status !== 503);
    const answers = [...ledger.refused, ...ledger.accepted];
    const slowest = times(answers.map(({ sentAt, answeredAt }) => answeredAt - sentAt)).max;
    const acceptMs = times(recoveries.map((each) => each.acceptMs)).max;
    const deliverMs = times(recoveries.map((each) => each.deliverMs)).max;
    await cluster.close();
    return {
      criteria: [
        ...always(found),
        { name: "answers other than 202 and 503", value: other.length, atMost: 0 },
        { name: "duplicates", value: found.duplicates, atMost: DUPLICATES_PER_KILL_MAX * kills },
        { name: "slowest answer ms", value: slowest, atMost: ANSWER_MS_MAX, isTiming: true },
        {
          name: "accepts again after ms",
          value: acceptMs,
          atMost: RECOVERY_MS_MAX,
          isTiming: true,
        },
        {
          name: "delivers after it accepts, ms",
          value: deliverMs,
          atMost: FIRST_DELIVERY_MS_MAX,
          isTiming: true,
        },
      ],
      figures: {
        ...found,
        kills,
        recoveries,
        otherStatuses: [...new Set(other.map((each) => each.status))],
      },
    };
  },
};

/** Times from the kill to the first new 202, and from there to the first delivery of such an event. */
async function killAndRecover(cluster: Cluster & { readonly dataDir: string }) {
  const pid = postmasterPid(cluster.dataDir);
  if (pid === undefined) throw new Error("The embedded PostgreSQL does not run.");
  const killedAt = performance.now();
  process.kill(pid, "SIGKILL");
  const until = killedAt + GIVE_UP_MS;
  // Backends outlive their postmaster for a moment and may still answer: only the next one counts.
  while (!isReplaced(cluster.dataDir, pid) && performance.now() < until) await wait(5);
  const backAt = performance.now();
  const firstAccepted = () => cluster.ledger.accepted.find(({ sentAt }) => sentAt > backAt);
  while (!firstAccepted() && performance.now() < until) await wait(10);
  const acceptedAt = firstAccepted()?.answeredAt ?? Infinity;
  const firstArrival = () => {
    const arrivals = arrivalsById(cluster);
    const entry = cluster.ledger.accepted.find(
      ({ id, sentAt }) => sentAt > backAt && arrivals.has(id.slice(4)),
    );
    return entry && arrivals.get(entry.id.slice(4))?.[0];
  };
  while (!firstArrival() && performance.now() < until) await wait(10);
  const arrivedAt = firstArrival() ?? Infinity;
  return {
    startedMs: Math.round(backAt - killedAt),
    acceptMs: Math.round(acceptedAt - killedAt),
    deliverMs: Math.round(arrivedAt - acceptedAt),
  };
}

function isReplaced(dataDir: string, pid: number): boolean {
  const next = postmasterPid(dataDir);
  return next !== undefined && next !== pid && isRunning(next);
}
