/**
 * A receiver as somebody would run it, in a process of its own, to be killed: an inbox in PostgreSQL, and a handler that
 * leaves one row for each time it has run. Ends when its standard input does.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { nodeHandler } from "@posthorn/sdk/express";
import { postgresInbox } from "@posthorn/sdk/postgres";
import { createReceiver } from "@posthorn/sdk/webhooks";
import postgres from "postgres";

const { CONNECTION = "", SECRET = "" } = process.env;
const sql = postgres({ ...JSON.parse(CONNECTION), max: 5, onnotice: () => {} });
const receiver = createReceiver({
  format: "fanfare/guide",
  secret: SECRET,
  inbox: postgresInbox({ client: sql }),
  handlerTimeout: "400ms",
  pollInterval: "100ms",
  // A loaded machine may let a handler run out of time; that is not what is tested here.
  retry: { attempts: 100, minDelay: "50ms", maxDelay: "200ms" },
});
receiver.onAny(async (event) => {
  await sql`insert into handled (event_id) values (${event.id})`;
});
await receiver.migrate();
await sql`create table if not exists handled (event_id text not null)`;
receiver.start();

const server = createServer(nodeHandler(receiver));
server.listen(0, "127.0.0.1", () => {
  // Proof: it listens on an address and not on a pipe.
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`http://127.0.0.1:${port}\n`);
});
process.stdin.on("end", () => process.exit()).resume();
