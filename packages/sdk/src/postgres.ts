/** Entry `@posthorn/sdk/postgres`: an inbox in PostgreSQL, over the driver that the program has. */
export { postgresInbox, type PostgresInboxOptions } from "./inboxes/postgres.ts";
export { inboxSchema } from "./inboxes/postgres-schema.ts";
