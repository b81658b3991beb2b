/**
 * A receiver in Fastify with its inbox in PostgreSQL: 200 is answered when the event is stored, and from then on no crash
 * loses it. Start it with WEBHOOK_SECRET=whsec_… and DATABASE_URL, or with PGHOST, PGDATABASE and PGUSER.
 */
import { fastifyPlugin } from "@posthorn/sdk/fastify";
import { postgresInbox } from "@posthorn/sdk/postgres";
import { createReceiver } from "@posthorn/sdk/webhooks";
import { fastify } from "fastify";
import { Pool } from "pg";

interface Events {
  "order.created": { readonly orderId: string };
}

const { WEBHOOK_SECRET: secret = "", DATABASE_URL, PORT = "9000" } = process.env;
const pool = new Pool({ ...(DATABASE_URL && { connectionString: DATABASE_URL }), max: 5 });

const receiver = createReceiver<Events>({
  format: "standard",
  secret,
  inbox: postgresInbox({ client: pool }),
  retry: { attempts: 3, minDelay: "50ms" },
  deadLetter: { onDead: (item) => console.error(`dead: ${item.eventId} ${item.error}`) },
  metrics: {
    event: ({ eventType, success, processingTimeMs }) =>
      console.log(
        `${eventType} ${success ? "handled" : "failed"} ${Math.round(processingTimeMs)} ms`,
      ),
    duplicate: ({ eventId }) => console.log(`known already: ${eventId}`),
  },
  alerts: { failuresPerType: 10 },
});

receiver.on("order.created", async (event, { attempt }) => {
  // Delivery is at least once: what a handler does must be fine to do twice.
  await pool.query("insert into orders (id, attempt) values ($1, $2) on conflict (id) do nothing", [
    event.data.orderId,
    String(attempt),
  ]);
});
receiver.onError((error) => console.error(error instanceof Error ? error.message : error));
receiver.onAlert((alert) => console.error(`${alert.eventType}: ${alert.failureCount} failures`));

await receiver.migrate();
await pool.query("create table if not exists orders (id text primary key, attempt integer)");

const app = fastify();
await app.register(fastifyPlugin(receiver, { path: "/webhooks" }));
await app.listen({ port: Number(PORT), host: "127.0.0.1" });
console.log("ready");

// Fastify closes the receiver: handlers that run have their time, and what is left stays in the inbox.
process.once("SIGTERM", async () => {
  await app.close();
  await pool.end();
});
