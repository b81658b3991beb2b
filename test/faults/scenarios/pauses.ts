/** Receivers that say when to come again, or never. */
import { setTimeout as wait } from "node:timers/promises";
import { attemptsOf, statesOf } from "../attempts.ts";
import { checkAll, count } from "../check.ts";
import { startCluster, type Cluster } from "../cluster.ts";
import type { Lane } from "../lane.ts";
import { publish, until } from "../load.ts";
import { times, type Scenario } from "../scenario.ts";
import { always, atLeast, atMost, none, timeAtMost } from "../verdict.ts";

const NODES = 3;
const GONE_MS_MAX = 1_000;
const BURST = 30;

export const goneReceiver: Scenario = {
  id: "F16",
  title: "a receiver that is gone: 410",
  async run() {
    const cluster = await startCluster(NODES);
    const lane = await cluster.addLane("/status/410", { isDead: true });
    const requests: number[] = [];
    cluster.arrivals.watch(({ receivedAt }) => requests.push(receivedAt));
    await publishOnEach(cluster, lane, BURST);
    await until(() => requests.length > 0, 10_000);
    const disabledMs = await until(
      async () => (await stateOf(cluster, lane)) === "disabled",
      10_000,
    );
    const disabledAt = performance.now();
    await publishOnEach(cluster, lane, BURST);
    await wait(3_000);
    const later = requests.filter((at) => at > disabledAt + GONE_MS_MAX).length;
    const found = await checkAll(cluster);
    const states = await statesOf(cluster.sql, lane);
    const notices = cluster.slots
      .flatMap(({ node }) => node.lines)
      .filter(({ event }) => event === "endpoint.disabled").length;
    await cluster.close();
    return {
      criteria: [
        ...always(found),
        none("requests later than a second after it was disabled", later),
        // The first burst reaches three nodes at once, and each starts what a lane may start.
        atMost("requests in all", requests.length, BURST),
        atMost("notices", notices, 1),
        atLeast("notices, at least", notices, 1),
        none(
          "deliveries that failed or were cancelled",
          (states["failed"] ?? 0) + (states["cancelled"] ?? 0),
        ),
        timeAtMost("disabled after ms", disabledMs, GONE_MS_MAX),
      ],
      figures: { ...found, requests: requests.length, states },
    };
  },
};

/** The same number through each node, at the same time. */
async function publishOnEach(cluster: Cluster, { number }: Lane, events: number): Promise<void> {
  const body = JSON.stringify({
    events: Array.from({ length: events / NODES }, () => ({ type: `load.${number}`, data: {} })),
  });
  const headers = {
    authorization: `Bearer ${cluster.operatorKey}`,
    "content-type": "application/json",
  };
  await Promise.all(
    cluster.urls.map((url) =>
      fetch(`${url}/api/events/batch`, { method: "POST", headers, body }).then((answer) =>
        answer.text(),
      ),
    ),
  );
}

async function stateOf({ sql }: Cluster, lane: Lane): Promise<string> {
  const [row] = await sql<{ state: string }[]>`
    select state from endpoints where id = ${lane.endpointUuid}`;
  return row?.state ?? "";
}

/** What is asked for, and the seconds until the next request that follow from it. */
interface Asked {
  readonly query: () => string;
  readonly seconds: number;
  /** The value is a date this many seconds from now: less is left of them when the receiver says so. */
  readonly dateIn?: number;
}

/** Of the schedule after a first attempt, in seconds: a Retry-After lengthens it and never shortens it. */
const NEXT_SECONDS = 1;
const SCHEDULE = { timeoutSeconds: 5, delaysSeconds: [0, NEXT_SECONDS, 600] };
const DAY_SECONDS = 24 * 60 * 60;
const SLACK_SECONDS = 2;

const ASKED: readonly Asked[] = [
  { query: () => "v=4", seconds: 4 },
  { query: () => "v=2.5", seconds: 2.5 },
  { query: () => dateQuery(5), seconds: 4, dateIn: 5 },
  { query: () => dateQuery(-3600), seconds: NEXT_SECONDS },
  { query: () => "v=-1", seconds: NEXT_SECONDS },
  { query: () => "v=soon", seconds: NEXT_SECONDS },
  { query: () => "v=3&v=3", seconds: NEXT_SECONDS },
  { query: () => "v=1e9", seconds: DAY_SECONDS },
];
const OTHERS = 5;

export const retryAfter: Scenario = {
  id: "F17",
  title: "Retry-After in eight spellings",
  async run() {
    const cluster = await startCluster(NODES, { delivery: SCHEDULE });
    const results = await Promise.all(ASKED.map((asked, index) => ask(cluster, asked, index)));
    const found = await checkAll(cluster);
    await cluster.close();
    const early = results.filter(({ gap, want }) => gap < want - 0.05);
    const late = results.filter(({ gap, want }) => gap > want * 1.2 + SLACK_SECONDS);
    const burnt = results.reduce((sum, each) => sum + each.burnt, 0);
    return {
      criteria: [
        ...always(found),
        none("next requests too early", early.length),
        none("attempts spent by others that waited", burnt),
        timeAtMost("next requests too late", late.length, 0),
        timeAtMost(
          "latest beyond what was asked, s",
          times(results.map(({ gap, want }) => gap - want)).max,
          Math.max(...results.map(({ want }) => (want === DAY_SECONDS ? 0 : want * 0.2))) +
            SLACK_SECONDS,
        ),
      ],
      figures: { ...found, results },
    };
  },
};

/** One event, and while its endpoint is on hold some others. */
async function ask(cluster: Cluster, { query, seconds, dateIn }: Asked, index: number) {
  const askedAt = Date.now();
  const path = `/retry-after/503?${query()}&lane=${index}`;
  const lane = await cluster.addLane(path, { isDead: true });
  const requests: number[] = [];
  const stop = cluster.arrivals.watch((request, itsLane) => {
    if (itsLane === lane) requests.push(request.receivedAt);
  });
  await publish(cluster, lane, { count: 1 });
  await until(() => requests.length > 0, 10_000);
  const left = dateIn === undefined ? seconds : wholeSeconds(askedAt) + dateIn - Date.now() / 1000;
  const want = Math.max(NEXT_SECONDS, left);
  const isHeld = seconds > NEXT_SECONDS;
  await wait(300);
  if (isHeld) await publish(cluster, lane, { count: OTHERS });
  const isShort = seconds < DAY_SECONDS;
  await wait(Math.min(seconds * 500, 2_000));
  const burnt = isHeld ? (await attemptsOf(cluster.sql, lane)).length - 1 : 0;
  if (isShort) await until(() => requests.length > 1, seconds * 2_000 + 10_000);
  stop();
  const [first = 0, second = Infinity] = requests;
  const gap = isShort ? (second - first) / 1000 : await holdSeconds(cluster, lane);
  return { path, want, gap: Math.round(gap * 100) / 100, burnt };
}

/** From now to the end of the pause, as the database has it. */
async function holdSeconds({ sql }: Cluster, lane: Lane): Promise<number> {
  const seconds = await count(sql`
    select extract(epoch from hold_until - now())::float8 as count from endpoint_state
    where endpoint_id = ${lane.endpointUuid}`);
  // Some seconds of the test have passed since.
  return seconds + SLACK_SECONDS + 5 > DAY_SECONDS ? DAY_SECONDS : seconds;
}

function dateQuery(seconds: number): string {
  const date = new Date(Date.now() + seconds * 1000).toUTCString();
  return `v=${encodeURIComponent(date)}`;
}

/** An HTTP date has no parts of seconds. */
function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000);
}
