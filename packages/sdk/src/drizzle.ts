/** Entry `@posthorn/sdk/drizzle`: the inbox in PostgreSQL for programs that use Drizzle and its migrations. */
export { drizzleInbox, inboxTables, type DrizzleInboxOptions } from "./adapters/drizzle.ts";
