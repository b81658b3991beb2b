/** Clocks that are wrong. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { ReceivedRequest } from "../../kit/receiver.ts";
import { bare } from "../arrivals.ts";
import { checkAll, countOverlaps } from "../check.ts";
import { startCluster, type Cluster } from "../cluster.ts";
import { measureClean, publish, short, until } from "../load.ts";
import { faketimeLibrary, lacksFaketime } from "../machine.ts";
import { loadOf, startProducer } from "../producer.ts";
import { times, type Scenario } from "../scenario.ts";
import type { SlotOptions } from "../slot.ts";
import { always, atLeast, none, timeAtMost } from "../verdict.ts";

const NODES = 3;
const LANES = 20;
const ANSWER_MS = 200;
const SIGNED_SECONDS_MAX = 2;
/** Below the limit at which a node stops signing: corrected. */
const SLIGHTLY_OFF = "+20";
const HOUR_OFF = ["+3600", "-3600"];
const REPORT_MS_MAX = 10_000;
const FAILING_EVENTS = 20;
/** Of the scenario's schedule: the waits after the first attempts, in seconds. */
const DELAYS = [1, 2];

export const wrongClocks: Scenario = {
  id: "F21",
  title: "one clock 20 seconds off, another one jumps by an hour, forth and back",
  lacks: lacksFaketime,
  async run({ seconds, rate }) {
    const folder = mkdtempSync(join(tmpdir(), "posthorn-faults-clock-"));
    const clocks = Array.from({ length: NODES }, (_, node) => join(folder, `node-${node}`));
    clocks.forEach((file, node) => writeFileSync(file, node === 1 ? SLIGHTLY_OFF : "+0"));
    const cluster = await startCluster(NODES, { slot: (node) => fakeClock(clocks[node] ?? "") });
    for (let lane = 0; lane < LANES; lane++)
      await cluster.addLane(`/slow/${ANSWER_MS}?lane=${lane}`);
    const signed = watchTimestamps(cluster);
    const clean = await measureClean(cluster, { seconds, rate });
    const failing = await cluster.addLane("/status/500", { isDead: true });
    const retries = watchRetries(cluster, failing.path);
    const producer = startProducer({ ...loadOf(cluster, rate), lanes: LANES });
    await publish(cluster, failing, { count: FAILING_EVENTS });
    const reports: number[] = [];
    for (const offset of HOUR_OFF) {
      writeFileSync(clocks[2] ?? "", offset);
      reports.push(await until(() => isNotReady(cluster, 2), 20_000));
      await wait((seconds * 1000) / 4);
      writeFileSync(clocks[2] ?? "", "+0");
      await until(async () => !(await isNotReady(cluster, 2)), 20_000);
    }
    await producer.stop();
    const found = await checkAll(cluster);
    const overlaps = await countOverlaps(cluster);
    await cluster.close();
    rmSync(folder, { recursive: true });
    const off = signed();
    const gaps = retries();
    return {
      criteria: [
        ...always(found),
        none("overlapping sends", overlaps),
        none("duplicates that no failure explains", found.repeats),
        none(
          "signatures beyond two seconds",
          off.filter((each) => each > SIGNED_SECONDS_MAX).length,
        ),
        none("retries too early", gaps.filter(({ gap, delay }) => gap < delay - 0.05).length),
        atLeast("retries seen", gaps.length, FAILING_EVENTS),
        timeAtMost(
          "latest retry beyond its time, s",
          times(gaps.map(({ gap, delay }) => gap - delay * 1.1)).max,
          5,
        ),
        timeAtMost("said so after ms", Math.max(...reports), REPORT_MS_MAX),
      ],
      figures: {
        ...found,
        clean: short(clean),
        signed: off.length,
        worstSeconds: Math.max(...off),
        reports,
      },
    };
  },
};

function fakeClock(file: string): SlotOptions {
  return {
    env: {
      LD_PRELOAD: faketimeLibrary() ?? "",
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
    },
  };
}

/** How many seconds each signature lies outside of the time from the event to its arrival. */
function watchTimestamps(cluster: Cluster): () => number[] {
  const seen: { id: string; signedAt: number; arrivedAt: number }[] = [];
  cluster.arrivals.watch(({ headers }) => {
    const signedAt = Number(headers["webhook-timestamp"]);
    seen.push({ id: bare(String(headers["webhook-id"])), signedAt, arrivedAt: Date.now() / 1000 });
  });
  return () => {
    const sent = new Map(cluster.ledger.accepted.map(({ id, sentAt }) => [bare(id), sentAt]));
    return seen.flatMap(({ id, signedAt, arrivedAt }) => {
      const sentAt = sent.get(id);
      if (sentAt === undefined) return [];
      const earliest = Math.floor((performance.timeOrigin + sentAt) / 1000);
      return [Math.max(0, earliest - signedAt, signedAt - arrivedAt)];
    });
  };
}

/** Seconds between the attempts of each delivery, beside what the schedule says. */
function watchRetries(cluster: Cluster, path: string) {
  const byId = new Map<string, number[]>();
  cluster.arrivals.watch((request: ReceivedRequest) => {
    if (request.path !== path) return;
    const id = String(request.headers["webhook-id"]);
    byId.set(id, [...(byId.get(id) ?? []), request.receivedAt]);
  });
  return () =>
    [...byId.values()].flatMap((times) =>
      DELAYS.flatMap((delay, index) => {
        const gap = ((times[index + 1] ?? NaN) - (times[index] ?? NaN)) / 1000;
        return Number.isNaN(gap) ? [] : [{ gap, delay }];
      }),
    );
}

async function isNotReady({ urls }: Cluster, node: number): Promise<boolean> {
  const answer = await fetch(`${urls[node]}/readyz`);
  return (await answer.text()).includes("clock_off");
}
