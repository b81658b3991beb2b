/** The endpoints' side: what receivers answer, when, and what they have seen. */
import { createHash, createSecretKey } from "node:crypto";
import type { Job } from "../../../packages/server/src/delivery/isolated-process.ts";
import type { IsolatedEnd } from "../../../packages/server/src/delivery/isolation.ts";
import type { SendRequest, SendResult } from "../../../packages/server/src/delivery/send.ts";
import type { AttemptResult } from "../../../packages/server/src/domain/outcome.ts";
import { never } from "./client.ts";
import type { Cluster } from "./cluster.ts";
import type { SimulatedProcess } from "./process.ts";

export type Mood = "well" | "broken" | "hanging" | "slow" | "refusing" | "busy" | "gone" | "flaky";

/** One endpoint, as its receiver behaves. */
export interface Receiver {
  readonly id: string;
  readonly organizationId: string;
  readonly url: string;
  readonly isOrdered: boolean;
  mood: Mood;
}

/** A request, from its start until its process knows how it ended. */
export interface Sent {
  readonly process: SimulatedProcess;
  readonly deliveryId: string;
  readonly generation: number;
  readonly startedAt: number;
  endedAt: number | undefined;
  outcome: string | undefined;
}

const RETRY_AFTER_SECONDS = 12;

interface Answer {
  readonly status: number | null;
  readonly afterMs: number;
  readonly retryAfter?: string;
}

/** Sends as the product's sender does: always a result, after its deadline at the latest. */
export function send(cluster: Cluster, request: SendRequest): Promise<SendResult> {
  const { scheduler, checks } = cluster;
  // Proof: only the engine of a process sends.
  const process = scheduler.owner as SimulatedProcess;
  if (!process.reaches()) return never();
  const receiver = cluster.receiverOf(request.url);
  const poison = cluster.poisonOf(request);
  if (poison && cluster.dice.chance(0.4)) {
    process.die();
    return never();
  }
  const sent = checks.start(process, receiver, request);
  if (poison) scheduler.after(cluster.dice.between(0, 20), process, () => process.die());
  const answer = answerOf(cluster, receiver.mood);
  const startedAt = scheduler.now;
  return new Promise((resolve) => {
    const end = (result: SendResult) => {
      if (sent.endedAt !== undefined) return;
      checks.end(sent, receiver, result.outcome);
      resolve(result);
    };
    process.clock.after(request.timeoutMs, () =>
      end(resultOf("timeout", { status: null, afterMs: request.timeoutMs })),
    );
    scheduler.after(answer.afterMs, process, () => {
      const elapsed = { ...answer, afterMs: scheduler.now - startedAt };
      end(resultOf(outcomeOf(answer.status), elapsed));
    });
  });
}

/** As `isolated-process.ts` does it; the process of its own is not there, only its end. */
export async function sendApart(cluster: Cluster, job: Job): Promise<IsolatedEnd> {
  const { delivery, endpoint, secrets, now, traceparent } = job;
  const { product, scheduler, checks, dice, format } = cluster;
  const opened = secrets.map(({ keyBytes, ...secret }) => ({
    ...secret,
    key: () => createSecretKey(keyBytes),
  }));
  const prepared = product.prepare(
    delivery,
    { ...endpoint, secrets: opened },
    { format, now, traceparent },
  );
  const { request, ...made } = prepared;
  if (!cluster.poisonOf(request)) {
    const result = await send(cluster, request);
    const bodySha256 = createHash("sha256").update(request.body).digest();
    return { kind: "sent", result, ...made, bodySha256 };
  }
  // Proof: only the engine of a process asks.
  const process = scheduler.owner as SimulatedProcess;
  if (!process.reaches()) return never();
  const receiver = cluster.receiverOf(request.url);
  const sent = dice.chance(0.6) ? checks.start(process, receiver, request) : undefined;
  return new Promise((resolve) => {
    scheduler.after(dice.between(1, 50), process, () => {
      if (sent) checks.end(sent, receiver, "lost");
      resolve({ kind: "died" });
    });
  });
}

function answerOf({ dice }: Cluster, mood: Mood): Answer {
  const afterMs = dice.between(5, 400);
  switch (mood) {
    case "well":
      return { status: 200, afterMs };
    case "broken":
      return { status: 500, afterMs };
    case "hanging":
      return { status: 200, afterMs: 1_000_000 };
    // About as long as the deadline: the answer comes just before or just after it.
    case "slow":
      return { status: 200, afterMs: dice.between(2_000, 34_000) };
    case "refusing":
      return { status: null, afterMs };
    case "busy":
      return { status: dice.pick([429, 503]), afterMs, retryAfter: String(RETRY_AFTER_SECONDS) };
    case "gone":
      return { status: 410, afterMs };
    case "flaky":
      return { status: dice.pick([200, 200, 500, 404, null]), afterMs };
  }
}

function outcomeOf(status: number | null): AttemptResult["outcome"] {
  if (status === null) return "connection_error";
  return status < 300 ? "delivered" : "http_error";
}

function resultOf(
  outcome: AttemptResult["outcome"],
  { status, afterMs, retryAfter }: Answer,
): SendResult {
  return {
    outcome,
    status,
    error: outcome === "delivered" ? null : { code: outcome, message: outcome },
    durationMs: Math.round(afterMs),
    phases: {},
    responseHeaders: {},
    responseBody: EMPTY,
    responseBodyTruncated: false,
    retryAfter: retryAfter ?? null,
    address: null,
  };
}

const EMPTY = Buffer.alloc(0);
