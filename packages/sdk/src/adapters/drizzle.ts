import { doublePrecision, index, integer, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import { sql } from "drizzle-orm";
import { postgresInbox } from "../inboxes/postgres.ts";
import type { Inbox } from "../receiver/inbox.ts";
import { PREFIX_DEFAULT } from "../inboxes/postgres-schema.ts";

export interface DrizzleInboxOptions {
  /** A database of Drizzle over PostgreSQL; its own statements and the inbox's may share connections. */
  readonly db: { execute(text: string): PromiseLike<unknown> };
  /** As for `postgresInbox`. */
  readonly prefix?: string;
  /** Milliseconds since the epoch, instead of the database's clock; for tests. */
  readonly now?: () => number;
}

/** An inbox over a database of Drizzle. */
export function drizzleInbox({ db, ...options }: DrizzleInboxOptions): Inbox {
  return postgresInbox({ client: db, ...options });
}

/**
 * The tables as a schema of Drizzle, so that `drizzle-kit` makes the migration instead of `receiver.migrate()`, and
 * your own queries can read them.
 *
 * ```ts
 * export const { inbox, deadLetters, order } = inboxTables();
 * ```
 */
export function inboxTables(prefix = PREFIX_DEFAULT) {
  return {
    inbox: inboxTable(prefix),
    deadLetters: deadLetterTable(prefix),
    order: orderTable(prefix),
  };
}

const STATUSES = ["received", "processing", "done", "failed", "dead"] as const;

function inboxTable(prefix: string) {
  return pgTable(
    `${prefix}inbox`,
    {
      eventId: text("event_id").primaryKey(),
      eventType: text("event_type").notNull(),
      payload: text("payload"),
      receivedAt: time("received_at").notNull(),
      status: text("status", { enum: STATUSES }).notNull(),
      processedAt: time("processed_at"),
      error: text("error"),
      attempts: integer("attempts").notNull(),
      dueAt: time("due_at"),
      leaseToken: text("lease_token"),
    },
    (row) => [
      index(`${prefix}inbox_due`)
        .on(row.dueAt)
        .where(sql`${row.dueAt} is not null`),
      index(`${prefix}inbox_received`).on(row.receivedAt.desc()),
      index(`${prefix}inbox_done`)
        .on(row.processedAt)
        .where(sql`${row.status} = 'done'`),
    ],
  );
}

function deadLetterTable(prefix: string) {
  return pgTable(
    `${prefix}dead_letters`,
    {
      eventId: text("event_id").primaryKey(),
      eventType: text("event_type").notNull(),
      payload: text("payload").notNull(),
      error: text("error").notNull(),
      failedAt: time("failed_at").notNull(),
      retryCount: integer("retry_count").notNull(),
    },
    (row) => [index(`${prefix}dead_letters_failed`).on(row.failedAt)],
  );
}

function orderTable(prefix: string) {
  return pgTable(
    `${prefix}order`,
    {
      key: text("key").primaryKey(),
      at: doublePrecision("at"),
      holder: text("holder"),
      heldUntil: time("held_until"),
      updatedAt: time("updated_at").notNull(),
    },
    (row) => [index(`${prefix}order_updated`).on(row.updatedAt)],
  );
}

function time(name: string) {
  return timestamp(name, { withTimezone: true });
}
