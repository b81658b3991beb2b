/** Entry `@posthorn/sdk/outbox`: emit events inside your own PostgreSQL transactions. */
export { emit, OutboxError, type OutboxEvent } from "./outbox/emit.ts";
export type { OutboxClient } from "./outbox/client.ts";
