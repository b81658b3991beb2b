/** A database of the operator's own, with an outbox in it. */
import { createPool, type Pool } from "../../packages/server/src/db/pool.ts";
import { installOutbox } from "../../packages/server/src/store/outbox-schema.ts";
import { createDatabase, type TestConnection } from "./database.ts";
import { eventually } from "./eventually.ts";
import type { TestServer } from "./server.ts";

export interface TestOutbox {
  readonly url: string;
  readonly sql: Pool;
  /** Makes the outbox known and waits until a node relays it; answers its id. */
  addTo(server: TestServer): Promise<string>;
  close(): Promise<void>;
}

export async function createOutbox(): Promise<TestOutbox> {
  const database = await createDatabase("nothing");
  const sql = createPool(database.connection, { max: 8, applicationName: "test outbox" });
  await installOutbox(sql, { emitters: [], relays: [] });
  const url = urlOf(database.connection);
  return {
    url,
    sql,
    async addTo(server) {
      const { status, body } = await server.api("POST", "/api/outboxes", { databaseUrl: url });
      if (status !== 201) throw new Error(JSON.stringify(body));
      await eventually("a node relays the outbox", async () => {
        const seen = await server.api("GET", `/api/outboxes/${body.id}`);
        return seen.body.status === "relaying" && seen.body.reportedAt !== null;
      });
      return body.id;
    },
    async close() {
      await sql.end({ timeout: 5 });
      await database.close();
    },
  };
}

/** As `--database-url` takes it. */
export function urlOf({ host, user, database }: TestConnection): string {
  return `postgres:///${database}?host=${host}&user=${user}`;
}
