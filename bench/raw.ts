import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** What undici alone does with the same receiver. */
export interface RawResult {
  readonly requestsPerSecond: number;
  readonly cpuMicrosPerRequest: number;
  readonly failed: number;
}

export async function measureRaw(options: {
  readonly url: string;
  readonly bodyBytes: number;
  readonly seconds: number;
}): Promise<RawResult> {
  const { url, bodyBytes, seconds } = options;
  const args = [url, bodyBytes, seconds, CONNECTIONS].map(String);
  const child = fork(join(import.meta.dirname, "raw-process.ts"), args, {
    stdio: ["ignore", 2, 2, "ipc"],
  });
  const exited = once(child, "exit").then(() => [undefined]);
  const [result] = await Promise.race([once(child, "message"), exited]);
  if (result === undefined) throw new Error("The raw measurement ended without a result.");
  await exited;
  // Proof: raw-process.ts sends one RawResult, and nothing else.
  return result as RawResult;
}

/** As many as a busy endpoint's lane may have in flight. */
const CONNECTIONS = 64;
