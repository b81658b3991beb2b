/** Receivers whose answers are not answers: each is told what it is, and nothing else happens. */
import { rawPath } from "../../kit/receiver-behaviours.ts";
import { startReceiver } from "../../kit/receiver.ts";
import { attemptsOf, type AttemptRow } from "../attempts.ts";
import { checkAll } from "../check.ts";
import { startCluster, type Cluster } from "../cluster.ts";
import type { Lane } from "../lane.ts";
import { measure, measureClean, publish, short } from "../load.ts";
import { watchMemory } from "../memory.ts";
import { times, type Scenario } from "../scenario.ts";
import { always, atLeast, atMost, none, timeAtMost } from "../verdict.ts";

/** Two attempts, so that what fails has failed within seconds. */
const TWICE = { timeoutSeconds: 4, delaysSeconds: [0, 1] };
const DEADLINE_MS = TWICE.timeoutSeconds * 1000;
const LATE_MS_MAX = 500;
const BODY_MS_MAX = 5_500;
const EVENTS = 5;
const WAIT_MS = 30_000;

/** What a lane's receiver does, and what every attempt there must end as: `outcome code`. */
interface Expectation {
  readonly path: string;
  readonly is: string;
}

interface Classified {
  readonly cluster: Cluster;
  readonly attempts: readonly AttemptRow[];
  /** Attempts that ended as something else, in words. */
  readonly wrong: readonly string[];
  /** Requests on a socket that had carried one before. */
  readonly reused: number;
}

/** Sends `EVENTS` events to each receiver and waits until all of them have ended. */
async function classify(
  expected: readonly Expectation[],
  delivery: typeof TWICE = TWICE,
): Promise<Classified> {
  const cluster = await startCluster(1, { delivery });
  const lanes: Lane[] = [];
  const sockets = new Set<string>();
  let reused = 0;
  cluster.arrivals.watch(({ socketNumber }) => {
    if (sockets.has(String(socketNumber))) reused += 1;
    sockets.add(String(socketNumber));
  });
  for (const { path } of expected) lanes.push(await cluster.addLane(path));
  await Promise.all(lanes.map((lane) => publish(cluster, lane, { count: EVENTS })));
  await checkAll(cluster, WAIT_MS);
  const byLane = await Promise.all(lanes.map((lane) => attemptsOf(cluster.sql, lane)));
  const wrong = byLane.flatMap((attempts, index) =>
    attempts
      .map(wordFor)
      // On a machine without time for it anything may time out, and says nothing about its answer.
      .filter((word) => word !== expected[index]?.is && word !== "timeout timeout")
      .map((word) => `${expected[index]?.path.slice(0, 24)}: ${word}`),
  );
  return { cluster, attempts: byLane.flat(), wrong: [...new Set(wrong)], reused };
}

function wordFor({ outcome, code }: AttemptRow): string {
  return code === null ? outcome : `${outcome} ${code}`;
}

export const stalledBodies: Scenario = {
  id: "F09",
  title: "2xx headers, and then nothing more",
  async run() {
    const paths = ["/stall/200", "/stall/201", "/drip/200"];
    // Longer than the five seconds that a body may take, so that it is not the deadline that ends it.
    const { cluster, attempts, wrong } = await classify(
      paths.map((path) => ({ path, is: "delivered" })),
      { timeoutSeconds: 15, delaysSeconds: [0, 1] },
    );
    const found = await checkAll(cluster);
    await cluster.close();
    const longest = times(attempts.map(({ durationMs }) => durationMs)).max;
    return {
      criteria: [
        ...always(found),
        none("attempts that were not delivered", wrong.length),
        none("retries", attempts.length - paths.length * EVENTS),
        none("duplicates that no failure explains", found.repeats),
        timeAtMost("slot free after ms", longest, BODY_MS_MAX),
      ],
      figures: { ...found, attempts: attempts.length, wrong },
    };
  },
};

const GOOD_LANES = 10;
const ENDLESS = ["/endless", "/huge"];
const LANES_EACH = 5;
const GROWTH_MB_MAX = 50;
const KEPT_BYTES_MAX = 64 * 1024;
const NODES = 3;

export const endlessBodies: Scenario = {
  id: "F10",
  title: "endless bodies, a hundred in parallel",
  ci: { seconds: 6, rate: 60 },
  async run({ seconds, rate }) {
    const cluster = await startCluster(NODES);
    for (let lane = 0; lane < GOOD_LANES; lane++) await cluster.addLane(`/ok/${lane}`);
    const clean = await measureClean(cluster, { seconds, rate: rate / 2 });
    const endless: Lane[] = [];
    for (const path of ENDLESS) {
      for (let lane = 0; lane < LANES_EACH; lane++) {
        endless.push(await cluster.addLane(`${path}?lane=${lane}`));
      }
    }
    const before = await watchMemory(cluster.slots).stop();
    const watch = watchMemory(cluster.slots);
    await Promise.all(endless.map((lane) => publish(cluster, lane, { count: 10 })));
    const beside = await measure(cluster, { seconds, perSecond: rate });
    const most = await watch.stop();
    const found = await checkAll(cluster);
    const attempts = (
      await Promise.all(endless.map((lane) => attemptsOf(cluster.sql, lane)))
    ).flat();
    const good = beside.entries.filter(({ lane }) => lane < GOOD_LANES);
    const latency = times(good.flatMap(({ id, sentAt }) => firstAfter(cluster, id, sentAt)));
    await cluster.close();
    const growth = most.map((megabytes, index) => megabytes - (before[index] ?? 0));
    return {
      criteria: [
        ...always(found),
        none(
          "neither delivered nor timed out",
          attempts.filter(({ outcome }) => outcome !== "delivered" && outcome !== "timeout").length,
        ),
        atLeast("endless bodies cut", attempts.length, endless.length * 10),
        atMost(
          "bytes kept of one",
          Math.max(...attempts.map((each) => each.bodyBytes)),
          KEPT_BYTES_MAX,
        ),
        timeAtMost("memory grown by MB", Math.max(...growth), GROWTH_MB_MAX),
        timeAtMost("p99 ms of the others", latency.p99, Math.max(clean.p99 * 1.2, clean.p99 + 20)),
      ],
      figures: { ...found, before, most, clean: short(clean), beside: latency },
    };
  },
};

function firstAfter({ arrivals }: Cluster, id: string, sentAt: number): number[] {
  const [first] = arrivals.timesOf(id);
  return first === undefined ? [] : [first - sentAt];
}

const OK = "HTTP/1.1 200 OK\r\n";
const MALFORMED = "invalid_response malformed_response";
const INVALID: readonly (Expectation | string)[] = [
  "SSH-2.0-OpenSSH_9.2\r\n",
  `${OK}content-length: 1\r\ncontent-length: 2\r\n\r\nab`,
  `${OK}content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n`,
  `${OK}content-length: x\r\n\r\n`,
  `${OK}a b: c\r\n\r\n`,
  "<html>hello</html>",
  {
    path: rawPath("HTTP/1.1 999 Odd\r\ncontent-length: 0\r\n\r\n"),
    is: "invalid_response status_invalid",
  },
  {
    path: rawPath("HTTP/1.1 600 Odd\r\ncontent-length: 0\r\n\r\n"),
    is: "invalid_response status_invalid",
  },
  { path: rawPath("HTTP/1.1 099 Odd\r\n\r\n"), is: "invalid_response interim_flood" },
  {
    path: rawPath("HTTP/1.1 101 Switching Protocols\r\n\r\n"),
    is: MALFORMED,
  },
  { path: "/early-hints/5", is: "invalid_response interim_flood" },
  { path: "/big-header/100000", is: "invalid_response headers_too_large" },
  // A final status came first: it counts, and what follows it is nobody's answer.
  { path: rawPath("HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\nhello"), is: "delivered" },
  {
    path: rawPath(
      "HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\naHTTP/1.1 500 X\r\ncontent-length: 0\r\n\r\n",
    ),
    is: "delivered",
  },
];

export const invalidAnswers: Scenario = {
  id: "F11",
  title: "fourteen kinds of answers that are no HTTP",
  async run() {
    const expected = INVALID.map((each) =>
      typeof each === "string" ? { path: rawPath(each), is: MALFORMED } : each,
    );
    const { cluster, attempts, wrong, reused } = await classify(expected);
    const found = await checkAll(cluster);
    await cluster.close();
    return {
      criteria: [
        ...always(found),
        none("attempts classified as something else", wrong.length),
        atLeast("attempts", attempts.length, expected.length * EVENTS),
        none("requests on a socket that was used before", reused),
      ],
      figures: { ...found, attempts: attempts.length, wrong },
    };
  },
};

export const slowLoris: Scenario = {
  id: "F12",
  title: "headers byte by byte, and 103 for ever",
  async run() {
    const expected = ["/drip-headers", "/early-hints/1200", "/hang/loris"].map((path) => ({
      path,
      is: "timeout timeout",
    }));
    const { cluster, attempts, wrong } = await classify(expected);
    const found = await checkAll(cluster);
    await cluster.close();
    const durations = attempts.map(({ durationMs }) => durationMs);
    return {
      criteria: [
        ...always(found),
        none("attempts classified as something else", wrong.length),
        atLeast("attempts cut", attempts.length, expected.length * EVENTS),
        atLeast("shortest, ms", Math.min(...durations), DEADLINE_MS - 5),
        timeAtMost("longest, ms", times(durations).max, DEADLINE_MS + LATE_MS_MAX),
      ],
      figures: { ...found, attempts: attempts.length, wrong },
    };
  },
};

export const resets: Scenario = {
  id: "F18",
  title: "connections reset before and after the headers",
  async run() {
    const broken = "connection_error connection_reset";
    const after = "delivered body_error";
    const expected = [
      { path: "/reset", is: broken },
      { path: "/close", is: broken },
      { path: "/reset-body/200", is: after },
      { path: "/close-body/200", is: after },
      { path: "/reset-body/201", is: after },
    ];
    const { cluster, attempts, wrong } = await classify(expected);
    const found = await checkAll(cluster);
    await cluster.close();
    const delivered = attempts.filter(({ outcome }) => outcome === "delivered");
    return {
      criteria: [
        ...always(found),
        none("attempts classified as something else", wrong.length),
        atLeast("delivered although the body broke", delivered.length, 3 * EVENTS),
        none("retries after a 2xx", delivered.filter(({ number }) => number > 1).length),
      ],
      figures: { ...found, attempts: attempts.length, wrong },
    };
  },
};

const REDIRECTS = [301, 302, 303, 307, 308];

export const redirects: Scenario = {
  id: "F15",
  title: "redirects to a place that nobody may reach",
  ci: {},
  async run() {
    const canary = await startReceiver();
    const to = encodeURIComponent(`${canary.url}/canary?secret=1`);
    const paths = REDIRECTS.map((status) => `/redirect/${status}?to=${to}`);
    const expected = paths.map((path) => ({ path, is: "redirect redirect" }));
    const { cluster, attempts, wrong } = await classify(expected);
    const found = await checkAll(cluster);
    const hits = canary.socketCount;
    await cluster.close();
    await canary.close();
    return {
      criteria: [
        ...always(found),
        none("requests to the canary", hits),
        none("attempts classified as something else", wrong.length),
        atLeast("attempts", attempts.length, paths.length * EVENTS),
      ],
      figures: { ...found, attempts: attempts.length, wrong },
    };
  },
};
