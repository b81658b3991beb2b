/** Thousands of odd payloads: what is accepted arrives byte for byte, what is not is refused in words. */
import fc from "fast-check";
import { JSON_CASES, type JsonCase } from "../../kit/json-corpus.ts";
import { payloads } from "../../kit/json-payloads.ts";
import { bare } from "../arrivals.ts";
import { checkAll } from "../check.ts";
import { startCluster, type Cluster } from "../cluster.ts";
import { until } from "../load.ts";
import type { Scenario } from "../scenario.ts";
import { always, atLeast, none } from "../verdict.ts";

const NODES = 3;
/** 10,000 in the usual 20 seconds. */
const PAYLOADS_PER_SECOND = 500;
const AT_ONCE = 32;
const TYPE = "load.0";

interface Posted {
  readonly status: number;
  readonly id: string;
  readonly data: Buffer | undefined;
  /** What was wrong with the answer. */
  readonly breach?: string;
}

export const oddPayloads: Scenario = {
  id: "F30",
  title: "generated payloads and a corpus of JSON",
  ci: { seconds: 4 },
  async run({ seconds, random }) {
    const cluster = await startCluster(NODES);
    const lane = await cluster.addLane("/ok/0");
    const arrived = new Map<string, Buffer>();
    cluster.arrivals.watch(({ headers, body }) => {
      arrived.set(bare(String(headers["webhook-id"])), body);
    });
    const count = seconds * PAYLOADS_PER_SECOND;
    const generated = fc.sample(payloads(), {
      numRuns: count,
      seed: Math.floor(random() * 2 ** 31),
    });
    const cases: JsonCase[] = [...JSON_CASES.map(forLane), ...generated.map(generatedCase)];
    const posted = await postAll(cluster, cases);
    const accepted = posted.filter(({ status }) => status === 202);
    for (const { id } of accepted) {
      const at = performance.now();
      cluster.ledger.accept({ id, lane: lane.number, url: "", sentAt: at, answeredAt: at });
    }
    await until(() => accepted.every(({ id }) => arrived.has(bare(id))), 60_000);
    const found = await checkAll(cluster);
    const changed = accepted.filter(({ id, data }) => !isSame(arrived.get(bare(id)), data));
    await cluster.close();
    const breaches = posted.flatMap(({ breach }) => breach ?? []);
    return {
      criteria: [
        ...always(found),
        atLeast("payloads", cases.length, count),
        none("answered otherwise than expected", breaches.length),
        none("answers of 500 and above", posted.filter(({ status }) => status >= 500).length),
        none("arrived with other bytes", changed.length),
        none("duplicates that no failure explains", found.repeats),
      ],
      figures: { ...found, accepted: accepted.length, breaches: breaches.slice(0, 5) },
    };
  },
};

/** Cases of the corpus that are accepted go to the lane; the others never get that far. */
function forLane(one: JsonCase): JsonCase {
  const { expected } = one;
  if (!expected.accepted || !one.body.includes('"corpus.case"')) return one;
  const text = one.body.toString("latin1").replace('"corpus.case"', `"${TYPE}"`);
  return { ...one, body: Buffer.from(text, "latin1") };
}

function generatedCase(text: string): JsonCase {
  const data = Buffer.from(text);
  const body = Buffer.concat([Buffer.from(`{"type":"${TYPE}","data":`), data, Buffer.from("}")]);
  // White space around the value belongs to the envelope that was posted.
  const trimmed = Buffer.from(text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, ""));
  return { name: "generated", body, expected: { accepted: true, data: trimmed } };
}

async function postAll(cluster: Cluster, cases: readonly JsonCase[]): Promise<Posted[]> {
  const results: Posted[] = [];
  let next = 0;
  const work = async () => {
    while (next < cases.length) {
      const number = next++;
      const one = cases[number];
      if (one) results.push(await post(cluster, one, number));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results;
}

async function post(
  cluster: Cluster,
  { name, body, expected }: JsonCase,
  number: number,
): Promise<Posted> {
  const answer = await fetch(`${cluster.urls[number % NODES]}/api/events`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${cluster.operatorKey}`,
      "content-type": "application/json",
    },
    body: new Uint8Array(body),
  });
  const { id = "", code = "" } = JSON.parse(await answer.text());
  const { status } = answer;
  const isForLane = body.includes(`"${TYPE}"`);
  const data = expected.accepted && isForLane ? expected.data : undefined;
  const right = expected.accepted
    ? status === 202
    : status === expected.status && code === expected.code;
  const result = { status: data === undefined && status === 202 ? 0 : status, id, data };
  return right ? result : { ...result, breach: `${name}: ${status} ${code}` };
}

/** The envelope ends with the data as it was posted. */
function isSame(body: Buffer | undefined, data: Buffer | undefined): boolean {
  if (!body || !data) return false;
  const tail = Buffer.concat([Buffer.from('"data":'), data, Buffer.from("}")]);
  return body.subarray(body.length - tail.length).equals(tail);
}
