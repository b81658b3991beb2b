import { setTimeout as wait } from "node:timers/promises";
import { Agent, request } from "undici";
import type { Cluster } from "./cluster.ts";
import type { Ledger } from "./ledger.ts";

export interface Load {
  /** Each event goes to the next of these nodes. */
  readonly urls: readonly string[];
  readonly operatorKey: string;
  readonly ledger: Ledger;
  readonly perSecond: number;
  /** Event types `load.0` to `load.<lanes − 1>` in turn. */
  readonly lanes: number;
  /** To each node; default: as many as it takes. */
  readonly connections?: number;
  /** Tries the other nodes, with the same Idempotency-Key, before an event counts as refused. */
  readonly failsOver?: boolean;
  /** The `data` of every event, beside a key that tells it from the others. */
  readonly data?: Readonly<Record<string, unknown>>;
}

export interface Producer {
  /** Ends the load and waits for its last answers. */
  stop(): Promise<void>;
}

const ANSWER_MS_MAX = 15_000;
const STEP_MS = 5;
/** For each node: a loop that waits for a free connection is not an open one. */
const CONNECTIONS_MAX = 2_048;

/** An open loop: events are sent when they are due, whether earlier ones were answered or not. */
export function startProducer(load: Load): Producer {
  const agent = new Agent({
    connections: load.connections ?? CONNECTIONS_MAX,
    connect: { timeout: 2_000 },
  });
  const pending = new Set<Promise<void>>();
  let isRunning = true;
  const running = (async () => {
    const startedAt = performance.now();
    for (let count = 0; isRunning; await wait(STEP_MS)) {
      const due = ((performance.now() - startedAt) / 1000) * load.perSecond;
      for (; count < due; count++) {
        const sent = publish(load, agent, count).finally(() => pending.delete(sent));
        pending.add(sent);
      }
    }
    await Promise.all(pending);
  })();
  return {
    async stop() {
      isRunning = false;
      await running;
      await agent.destroy();
    },
  };
}

/** Runs the load for that long. */
export async function produceFor(seconds: number, load: Load): Promise<void> {
  const producer = startProducer(load);
  await wait(seconds * 1000);
  await producer.stop();
}

const WARM_UP_SECONDS = 2;

/** The first requests open sockets and compile: as part of a clean run they would excuse a slow one later. */
export async function warmUp(cluster: Cluster, perSecond: number): Promise<void> {
  await produceFor(WARM_UP_SECONDS, loadOf(cluster, perSecond));
}

/** Events for all lanes, to all nodes in turn. */
export function loadOf(cluster: Cluster, perSecond: number): Load {
  const { urls, operatorKey, ledger, lanes } = cluster;
  return { urls, operatorKey, ledger, perSecond, lanes: lanes.length };
}

async function publish(load: Load, agent: Agent, count: number): Promise<void> {
  const { urls, ledger } = load;
  const lane = count % load.lanes;
  const key = crypto.randomUUID();
  const tries = load.failsOver ? urls.length : 1;
  for (let turn = 0; turn < tries; turn++) {
    const url = urls[(count + turn) % urls.length] ?? "";
    const sentAt = performance.now();
    const { status, id, ...refusal } = await post(load, { agent, url, lane, key });
    const answeredAt = performance.now();
    if (status === 202) return ledger.accept({ id, lane, url, sentAt, answeredAt });
    if (turn === tries - 1) ledger.refuse({ url, status, ...refusal, sentAt, answeredAt });
  }
}

interface Posted {
  /** 0 without an answer. */
  readonly status: number;
  /** Of the event; empty where it was not accepted. */
  readonly id: string;
  readonly code: string;
  readonly saysWhen: boolean;
}

async function post(
  { operatorKey, data }: Load,
  to: { agent: Agent; url: string; lane: number; key: string },
): Promise<Posted> {
  try {
    const answer = await request(`${to.url}/api/events`, {
      method: "POST",
      dispatcher: to.agent,
      headers: {
        authorization: `Bearer ${operatorKey}`,
        "content-type": "application/json",
        "idempotency-key": to.key,
      },
      body: JSON.stringify({ type: `load.${to.lane}`, data: { ...data, key: to.key } }),
      headersTimeout: ANSWER_MS_MAX,
    });
    const text = await answer.body.text();
    const { id = "", code = "" } = JSON.parse(text);
    const saysWhen = answer.headers["retry-after"] !== undefined;
    return { status: answer.statusCode, id, code, saysWhen };
  } catch {
    // No answer, so no promise: the node may have been killed with our request in it.
    return { status: 0, id: "", code: "", saysWhen: false };
  }
}
