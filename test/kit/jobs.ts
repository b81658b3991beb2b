/** Jobs as their callers see them. */
import assert from "node:assert/strict";
import { eventually } from "./eventually.ts";
import type { TestServer } from "./server.ts";

// oxlint-disable-next-line typescript/no-explicit-any -- Answers are read field by field in assertions.
export type ShownJob = any;

/** Starts a job; the answer must be 202. */
export async function startJob(
  server: TestServer,
  path: string,
  body: Record<string, unknown> = {},
): Promise<ShownJob> {
  const answer = await server.api("POST", path, body);
  assert.equal(answer.status, 202, JSON.stringify(answer.body));
  assert.equal(answer.headers.get("location"), `/api/jobs/${answer.body.id}`);
  return answer.body;
}

/** The job when `isIt` accepts it. */
export function jobWhen(
  server: TestServer,
  { id }: { readonly id: string },
  isIt: (job: ShownJob) => boolean,
): Promise<ShownJob> {
  return eventually(`state of ${id}`, async () => {
    const { body } = await server.api("GET", `/api/jobs/${id}`);
    return isIt(body) ? body : undefined;
  });
}

/** The job when it has ended. */
export function jobEnd(server: TestServer, job: { readonly id: string }): Promise<ShownJob> {
  return jobWhen(server, job, ({ status }) => !["running", "paused"].includes(status));
}
