/** What an owner changes while requests are flowing: after the answer it is in effect, on every node. */
import { setTimeout as wait } from "node:timers/promises";
import type { Pool } from "../../../packages/server/src/db/pool.ts";
import { checkAll } from "../check.ts";
import { startCluster, type Cluster } from "../cluster.ts";
import type { Lane } from "../lane.ts";
import { until } from "../load.ts";
import { loadOf, startProducer } from "../producer.ts";
import { times, type Scenario } from "../scenario.ts";
import { always, atLeast, none, timeAtMost } from "../verdict.ts";

const NODES = 3;
const LANES = 3;
/** A request that started before the answer may still be on its way. */
const LATE_MS = 1_000;
const ANSWER_P99_MS_MAX = 250;
const ANSWER_MS_MAX = 5_000;

export const busyChanges: Scenario = {
  id: "F27",
  title: "secrets rolled, endpoints paused and moved, keys revoked while they are used",
  async run({ seconds, rate }) {
    const cluster = await startCluster(NODES);
    for (let lane = 0; lane < LANES; lane++) await cluster.addLane(`/ok/${lane}`);
    const [rolled, paused, moved] = cluster.lanes;
    if (!rolled || !paused || !moved) throw new Error("Lanes are missing.");
    const producer = startProducer(loadOf(cluster, rate));
    const endsAt = performance.now() + seconds * 1000;
    const [rolls, pauses, moves, revocations] = await Promise.all([
      repeat(endsAt, watchRolls(cluster, rolled)),
      repeat(endsAt, watchPauses(cluster, paused)),
      repeat(endsAt, watchMoves(cluster, moved)),
      repeat(endsAt, watchRevocations(cluster)),
    ]);
    await producer.stop();
    const grace = await checkGrace(cluster, rolled);
    const found = await checkAll(cluster);
    await cluster.close();
    const answers = times(
      [rolls, pauses, moves, revocations].flatMap(({ answersMs }) => answersMs),
    );
    const changes = [rolls, pauses, moves, revocations].map(({ answersMs }) => answersMs.length);
    return {
      criteria: [
        ...always(found),
        atLeast(
          "changes",
          changes.reduce((sum, each) => sum + each, 0),
          seconds,
        ),
        none("signed with the old secret after its roll", rolls.breaches),
        none("sent to a paused endpoint", pauses.breaches),
        none("sent to the old URL", moves.breaches),
        none("uses of a revoked key", revocations.breaches),
        atLeast("attempts in the grace", grace.attempts, 10),
        none("of them without both signatures", grace.withoutBoth),
        none("duplicates that no failure explains", found.repeats),
        timeAtMost("answer p99 ms", answers.p99, ANSWER_P99_MS_MAX),
        timeAtMost("slowest answer ms", answers.max, ANSWER_MS_MAX),
      ],
      figures: { ...found, changes, answers, grace },
    };
  },
};

interface Changing {
  /** Makes one change; answers how long its answer took. */
  change(): Promise<number>;
  /** What was seen that should not have been. */
  readonly breaches: () => number | Promise<number>;
  stop(): void;
}

async function repeat(endsAt: number, changing: Changing) {
  const answersMs: number[] = [];
  while (performance.now() < endsAt) {
    answersMs.push(await changing.change());
    await wait(100);
  }
  await wait(LATE_MS);
  changing.stop();
  return { answersMs, breaches: await changing.breaches() };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** A span of time, in milliseconds since the epoch, and what no attempt that starts in it may use. */
interface Forbidden {
  readonly from: number;
  readonly to: number;
  readonly url?: string;
  readonly secretId?: string;
}

/** Attempts of a lane that started with something forbidden at that moment. */
async function countForbidden(
  { sql }: Cluster,
  lane: Lane,
  spans: readonly Forbidden[],
): Promise<number> {
  const attempts = await listStarts(sql, lane);
  const isForbidden = ({ at, url, secretIds }: Start) =>
    spans.some(
      (span) =>
        at > span.from &&
        at < span.to &&
        (span.url === undefined || span.url === url) &&
        (span.secretId === undefined || secretIds.includes(span.secretId)),
    );
  return attempts.filter(isForbidden).length;
}

interface Start {
  readonly at: number;
  readonly url: string;
  readonly secretIds: readonly string[];
}

async function listStarts(sql: Pool, lane: Lane): Promise<Start[]> {
  const rows = await sql<{ started_at: Date; url: string; secret_ids: string }[]>`
    select a.started_at, a.url, a.secret_ids::text as secret_ids
    from all_attempts a join deliveries d on d.id = a.delivery_id
    where d.endpoint_id = ${lane.endpointUuid} and a.url is not null`;
  return rows.map((row) => ({
    at: row.started_at.getTime(),
    url: row.url,
    secretIds: row.secret_ids.slice(1, -1).split(","),
  }));
}

async function currentSecret({ sql }: Cluster, lane: Lane): Promise<string> {
  const [row] = await sql<{ id: string }[]>`
    select id from signing_secrets where endpoint_id = ${lane.endpointUuid} and state = 'current'`;
  return row?.id ?? "";
}

/** Rolls at once, without a grace. */
function watchRolls(cluster: Cluster, lane: Lane): Changing {
  const spans: Forbidden[] = [];
  return {
    breaches: () => countForbidden(cluster, lane, spans),
    stop() {},
    async change() {
      const secretId = await currentSecret(cluster, lane);
      const tookMs = await timed(() => roll(cluster, lane, 0));
      spans.push({ from: Date.now() + LATE_MS, to: Infinity, secretId });
      return tookMs;
    },
  };
}

async function roll(cluster: Cluster, lane: Lane, graceSeconds: number): Promise<void> {
  const path = `/api/webhooks/${lane.endpointId}/roll-secret`;
  // The new secret may sign before its answer has been read: the lane must know it already.
  const secret = `whsec_${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64")}`;
  lane.secrets.push(secret);
  await cluster.call(path, { previousExpiresIn: graceSeconds, secret });
}

/** After a roll with a grace every attempt is signed with both. */
async function checkGrace(cluster: Cluster, lane: Lane) {
  const previous = await currentSecret(cluster, lane);
  await roll(cluster, lane, 60);
  const next = await currentSecret(cluster, lane);
  const from = Date.now() + LATE_MS;
  const producer = startProducer(loadOf(cluster, 30));
  const started = async () => (await listStarts(cluster.sql, lane)).filter(({ at }) => at > from);
  await until(async () => (await started()).length >= 10, 20_000);
  await producer.stop();
  const attempts = await started();
  const both = attempts.filter(
    ({ secretIds }) => secretIds.includes(previous) && secretIds.includes(next),
  );
  return { attempts: attempts.length, withoutBoth: attempts.length - both.length };
}

function watchPauses(cluster: Cluster, lane: Lane): Changing {
  const spans: Forbidden[] = [];
  return {
    breaches: () => countForbidden(cluster, lane, spans),
    stop() {},
    async change() {
      const path = `/api/webhooks/${lane.endpointId}`;
      const tookMs = await timed(() => cluster.call(`${path}/pause`, {}));
      const from = Date.now() + LATE_MS;
      await wait(2 * LATE_MS);
      spans.push({ from, to: Date.now() });
      await cluster.call(`${path}/resume`, {});
      return tookMs;
    },
  };
}

function watchMoves(cluster: Cluster, lane: Lane): Changing {
  const spans: Forbidden[] = [];
  let present = lane.path;
  let number = 0;
  return {
    breaches: () => countForbidden(cluster, lane, spans),
    stop() {},
    async change() {
      number += 1;
      const next = `/ok/2?version=${number}`;
      cluster.arrivals.expect(lane, next);
      const url = `${cluster.receiver.url}${next}`;
      const tookMs = await timed(() =>
        cluster.call(`/api/webhooks/${lane.endpointId}`, { url }, "PATCH"),
      );
      const old = `${cluster.receiver.url}${present}`;
      spans.push({ from: Date.now() + LATE_MS, to: Infinity, url: old });
      present = next;
      return tookMs;
    },
  };
}

/** A key of the organization, used on every node before and right after its revocation. */
function watchRevocations(cluster: Cluster): Changing {
  let breaches = 0;
  const use = (key: string) =>
    Promise.all(
      cluster.urls.map(async (url) => {
        const headers = { authorization: `Bearer ${key}` };
        const answer = await fetch(`${url}/api/webhooks`, { headers });
        await answer.text();
        return answer.status;
      }),
    );
  return {
    async change() {
      const made = await cluster.call("/api/keys", {
        name: "Fault test",
        scopes: ["webhooks:read"],
      });
      const { id, key } = made as { id: string; key: string }; // Proof: contract, POST /api/keys.
      const before = await use(key);
      const tookMs = await timed(() => cluster.call(`/api/keys/${id}`, undefined, "DELETE"));
      const after = await use(key);
      // A key that never worked would prove nothing.
      breaches += before.filter((status) => status !== 200).length;
      breaches += after.filter((status) => status !== 401).length;
      return tookMs;
    },
    breaches: () => breaches,
    stop() {},
  };
}
