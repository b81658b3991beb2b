import { request as requestHttp, type ClientRequest, type IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import type { Heard } from "./heard.ts";

/** Where events go on this machine. */
export interface Target {
  readonly url: URL;
  /** Of the person's own, beside those of the delivery. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** False: a certificate that nobody vouches for will do. */
  readonly isVerified: boolean;
  readonly timeoutMs: number;
}

export type Forwarded =
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly durationMs: number;
      readonly headers: readonly (readonly [name: string, value: string])[];
      /** Its beginning. */
      readonly body: string;
    }
  /** Nothing was answered in time; whether it was handled nobody knows. */
  | { readonly kind: "timeout"; readonly durationMs: number }
  /** Nobody is there, or the connection broke: it is tried again. */
  | { readonly kind: "unreachable"; readonly reason: string };

const BODY_LENGTH_KEPT = 16 * 1024;

/**
 * Posts a delivery to the local receiver: the same bytes and headers that an endpoint would get, in the same order.
 * Never rejects but for an abort.
 */
export async function forward(
  target: Target,
  heard: Heard,
  signal: AbortSignal,
): Promise<Forwarded> {
  const startedAt = performance.now();
  const durationMs = () => Math.round(performance.now() - startedAt);
  const timedOut = AbortSignal.timeout(target.timeoutMs);
  try {
    const response = await post(target, heard, AbortSignal.any([signal, timedOut]));
    const body = await readBeginning(response);
    const { rawHeaders, statusCode: status = 0 } = response;
    return { kind: "answered", status, durationMs: durationMs(), headers: pairs(rawHeaders), body };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (timedOut.aborted) return { kind: "timeout", durationMs: durationMs() };
    return { kind: "unreachable", reason: reasonOf(error) };
  }
}

function post(
  { url, headers, isVerified }: Target,
  { headers: own, body }: Heard,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const flat = ["host", url.host, "accept-encoding", "identity"];
  for (const [name, value] of [...own, ...headers]) flat.push(name, value);
  flat.push("content-length", String(body.length), "connection", "close");
  const options = { method: "POST", headers: flat, signal, agent: false } as const;
  return new Promise((resolve, reject) => {
    const sent: ClientRequest =
      url.protocol === "https:"
        ? requestHttps(url, { ...options, rejectUnauthorized: isVerified })
        : requestHttp(url, options);
    sent.once("response", resolve);
    sent.once("error", reject);
    sent.end(body);
  });
}

/** An answer of gigabytes must not fill the memory: its beginning is what anybody looks at. */
async function readBeginning(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= BODY_LENGTH_KEPT) break;
  }
  return Buffer.concat(chunks).subarray(0, BODY_LENGTH_KEPT).toString("utf8");
}

function pairs(raw: readonly string[]): [string, string][] {
  const list: [string, string][] = [];
  for (let index = 0; index < raw.length; index += 2) {
    list.push([raw[index] ?? "", raw[index + 1] ?? ""]);
  }
  return list;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error && typeof error.code === "string" ? error.code : error.message;
}
