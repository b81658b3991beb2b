/** Whichever statement of a job fails, with or without effect: nothing is done by halves, left out or done twice. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Pool } from "../../packages/server/src/db/pool.ts";
import { parseId } from "../../packages/server/src/domain/id.ts";
import { makeBatch } from "../../packages/server/src/jobs/runner.ts";
import { faulty, Lost, type Fault } from "../kit/faulty.ts";
import { startJob } from "../kit/jobs.ts";
import { createEndpoint } from "../kit/journey.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;

before(async () => {
  // Makes no batches itself.
  server = await createTestServer({ role: "api" });
});

after(() => server.close());

for (const moment of ["before", "after"] as const) {
  test(`each statement of a job fails once, ${moment} it ran: every delivery is made once`, async () => {
    const type = `crash.${moment}`;
    const events = Array.from({ length: 3 }, (_, n) => ({ type, data: { n } }));
    await server.api("POST", "/api/events/batch", { events });
    const url = "http://127.0.0.1:9000/";
    for (let number = 1; ; number++) {
      const endpoint = await createEndpoint(server, url, { events: [type] });
      const since = new Date(Date.now() - 3_600_000).toISOString();
      const replay = `/api/webhooks/${endpoint.id}/replay`;
      const job = await startJob(server, replay, { mode: "missing", since, rate: "1000/s" });
      const fault: Fault = { number, moment, failed: false };
      const made = await work(faulty(server.sql, fault), job, endpoint.id);
      assert.deepEqual(
        made,
        { status: "finished", done: 3, deliveries: 3, watched: 0 },
        `${number}`,
      );
      await server.api("DELETE", `/api/webhooks/${endpoint.id}`);
      if (!fault.failed) break;
    }
  });
}

/** Makes batches until the job has ended, as its loop does; what is due counts as delivered at once. */
async function work(sql: Pool, job: { readonly id: string }, endpointId: string) {
  const id = parseId("job", job.id) ?? "";
  const endpoint = parseId("ep", endpointId) ?? "";
  const options = { ...server.services, sql, resumeEndpoint: async () => {} };
  for (;;) {
    await makeBatch(options).catch((error: unknown) => assert.ok(error instanceof Lost));
    await server.sql`
      update deliveries set state = 'delivered', due_at = null, finished_at = now(), attempts = 1, attempts_total = 1
      where endpoint_id = ${endpoint} and state = 'pending'`;
    await server.advance(60_000);
    const { body } = await server.api("GET", `/api/jobs/${job.id}`);
    if (body.status === "running") continue;
    const [row] = await server.sql<{ deliveries: number; watched: number }[]>`
      select (select count(*)::int from deliveries where endpoint_id = ${endpoint}) as deliveries,
        (select count(*)::int from job_deliveries where job_id = ${id}) as watched`;
    return { status: body.status, done: body.done, ...row };
  }
}
