import { runStatement, type OutboxClient } from "./client.ts";
import { eventIdOf } from "./event-id.ts";

/** An event to emit. The rules are those of publishing; what breaks them is shown by `posthorn outbox dead`. */
export interface OutboxEvent {
  /** The dotted name, for example `order.created`. */
  readonly type: string;
  /** Anything that JSON has; written once, here, and sent as these bytes. At most 256 KiB. */
  readonly data: unknown;
  /** `org_…`; may be left out while there is only one organization. */
  readonly organizationId?: string;
  /** What it is about, as kind and name: `artist:nova`. */
  readonly resource?: string;
  /** Events of one key keep the order in which their transactions commit, which then wait for each other. */
  readonly orderingKey?: string;
  /** When it happened; the moment of emitting when absent. */
  readonly occurredAt?: Date;
}

/** The event cannot be written down; nothing was sent to the database. */
export class OutboxError extends Error {
  override readonly name = "OutboxError";
  readonly code = "data_not_json";
}

// With casts: without them some drivers take the text for a value and write JSON of JSON.
const EMIT = `select posthorn.emit($1::text, $2::text, $3::text, $4::text, $5::text, $6::timestamptz)::text as id`;

/**
 * Emits an event inside the transaction that `client` is in: it is sent when the transaction commits, and never when
 * it does not. Answers the id that the event will have (`evt_…`). Throws what the client throws, which ends the
 * transaction as any failed statement does, and `OutboxError` for data that has no JSON.
 */
export async function emit(client: OutboxClient, event: OutboxEvent): Promise<string> {
  const row = await runStatement(client, EMIT, [
    event.type,
    writeData(event.data),
    event.organizationId ?? null,
    event.resource ?? null,
    event.orderingKey ?? null,
    event.occurredAt?.toISOString() ?? null,
  ]);
  return eventIdOf(row);
}

function writeData(data: unknown): string {
  // Undefined for undefined, functions and symbols, whatever the declaration says.
  const text: string | undefined = JSON.stringify(data);
  if (text === undefined) throw new OutboxError("`data` has no JSON form.");
  return text;
}
