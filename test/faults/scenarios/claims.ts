/** Several nodes that want the same thing at the same moment. */
import { Agent, request } from "undici";
import type { Pool } from "../../../packages/server/src/db/pool.ts";
import { checkAll } from "../check.ts";
import { startCluster, type Cluster } from "../cluster.ts";
import { publishBatch } from "../load.ts";
import { times, type Scenario } from "../scenario.ts";
import { always, atLeast, atMost, none, timeAtLeast, timeAtMost } from "../verdict.ts";

const CLAIMING_NODES = 4;
const PENDING = 4_000;
const LANES = 20;
const BATCH = 100;
const CLAIMS_PER_NODE_MIN = 20;
const NODES = 3;
const CALLERS = 50;
const RACES_PER_SECOND = 2;
const ANSWER_P99_MS_MAX = 250;

export const duplicateClaims: Scenario = {
  id: "F22",
  title: "four nodes claim 4,000 deliveries",
  ci: {},
  async run() {
    const cluster = await startCluster(CLAIMING_NODES);
    for (let lane = 0; lane < LANES; lane++) await cluster.addLane(`/ok/${lane}`);
    const change = (verb: "pause" | "resume") =>
      Promise.all(
        cluster.lanes.map((lane) => cluster.call(`/api/webhooks/${lane.endpointId}/${verb}`, {})),
      );
    await change("pause");
    for (let sent = 0; sent < PENDING; sent += BATCH) {
      const lanes = Array.from({ length: BATCH }, (_, index) => (sent + index) % LANES);
      await publishBatch(
        cluster,
        lanes.flatMap((number) => cluster.lanes[number] ?? []).map((lane) => ({ lane })),
      );
    }
    const resumedAt = performance.now();
    await change("resume");
    const found = await checkAll(cluster);
    const drainedMs = Math.round(performance.now() - resumedAt);
    const claims = await claimsByNode(cluster.sql);
    await cluster.close();
    return {
      criteria: [
        ...always(found),
        atLeast("accepted", found.accepted, PENDING),
        none("duplicates that no failure explains", found.repeats),
        // A machine that has no time for it times attempts out; each such attempt has its failure on record.
        atMost(
          "attempts beyond those that failed",
          claims.reduce((sum, each) => sum + each, 0) - found.failures,
          PENDING,
        ),
        timeAtLeast("nodes that claimed", claims.length, CLAIMING_NODES),
        timeAtLeast("fewest claims of a node", Math.min(...claims), CLAIMS_PER_NODE_MIN),
      ],
      figures: { ...found, claims, drainedMs },
    };
  },
};

export const idempotencyRaces: Scenario = {
  id: "F28",
  title: "50 callers with one Idempotency-Key over three nodes",
  ci: { seconds: 10 },
  async run({ seconds }) {
    const cluster = await startCluster(NODES);
    await cluster.addLane("/ok/0");
    const agent = new Agent({ connections: CALLERS });
    const races: Race[] = [];
    for (let race = 0; race < seconds * RACES_PER_SECOND; race++) {
      // Every fourth one with two bodies: one of them wins, the other callers hear of the conflict.
      races.push(await runRace(cluster, { agent, bodies: race % 4 === 3 ? 2 : 1 }));
    }
    await agent.destroy();
    const found = await checkAll(cluster);
    await cluster.close();
    // The first race opens the sockets and prepares every statement.
    const answerMs = times(races.slice(1).flatMap((race) => race.answerMs));
    const sum = (count: (race: Race) => number) =>
      races.reduce((all, race) => all + count(race), 0);
    return {
      criteria: [
        ...always(found),
        none(
          "races with other than one event",
          sum((race) => (race.events === 1 ? 0 : 1)),
        ),
        none("requests beyond one for each race, but for failed ones", found.repeats),
        none(
          "unexpected answers",
          sum((race) => race.unexpected.length),
        ),
        timeAtMost("answer p99 ms", answerMs.p99, ANSWER_P99_MS_MAX),
      ],
      figures: {
        ...found,
        races: races.length,
        answerMs,
        unexpected: [...new Set(races.flatMap((race) => race.unexpected))],
      },
    };
  },
};

interface Race {
  /** Different ids among the 202. */
  readonly events: number;
  readonly answerMs: readonly number[];
  /** Statuses that may not be. */
  readonly unexpected: readonly number[];
}

async function runRace(
  cluster: Cluster,
  { agent, bodies }: { readonly agent: Agent; readonly bodies: number },
): Promise<Race> {
  const key = crypto.randomUUID();
  const callers = Array.from({ length: CALLERS }, async (_, caller) => {
    const url = cluster.urls[caller % cluster.urls.length] ?? "";
    const sentAt = performance.now();
    const answer = await request(`${url}/api/events`, {
      method: "POST",
      dispatcher: agent,
      headers: {
        authorization: `Bearer ${cluster.operatorKey}`,
        "content-type": "application/json",
        "idempotency-key": key,
      },
      body: JSON.stringify({ type: "load.0", data: { body: caller % bodies } }),
    });
    const text = await answer.body.text();
    const answeredAt = performance.now();
    const id: string = answer.statusCode === 202 ? JSON.parse(text).id : "";
    return { status: answer.statusCode, id, url, sentAt, answeredAt };
  });
  const answers = await Promise.all(callers);
  const events = new Map(answers.filter(({ id }) => id !== "").map((each) => [each.id, each]));
  for (const each of events.values()) cluster.ledger.accept({ ...each, lane: 0 });
  const allowed = bodies === 1 ? [202] : [202, 409];
  return {
    events: events.size,
    answerMs: answers.map(({ sentAt, answeredAt }) => answeredAt - sentAt),
    unexpected: answers.map(({ status }) => status).filter((status) => !allowed.includes(status)),
  };
}

async function claimsByNode(sql: Pool): Promise<number[]> {
  const rows = await sql<{ count: number }[]>`
    select count(*)::int as count from all_attempts group by node order by 1`;
  return rows.map(({ count }) => count);
}
