import { EVENT_DATA_BYTES_MAX } from "../limits.ts";
import { parseEvent, type EventProblem } from "./event.ts";
import type { NewEvent } from "./event-item.ts";
import type { EventId } from "./id.ts";

/** A row of an outbox: an event as a transaction of the operator's has emitted it, not checked by anybody yet. */
export interface OutboxRow {
  readonly id: EventId;
  readonly type: string;
  /** JSON text as it was given; null when it was too large to be read. */
  readonly data: string | null;
  readonly dataBytes: number;
  /** Public id of an organization; null where only one exists. */
  readonly organization: string | null;
  readonly resource: string | null;
  readonly orderingKey: string | null;
  /** Milliseconds since the epoch; any number that PostgreSQL's time has, infinite ones too. */
  readonly occurredAt: number;
}

/** Why a row is no event, as a code of the catalogue of errors and a sentence. */
export interface RowProblem {
  readonly reason: string;
  readonly detail: string;
}

export type ReadRow =
  | { readonly ok: true; readonly event: NewEvent }
  | { readonly ok: false; readonly problem: RowProblem };

/** RFC 9562, section 5.7: version 7, variant 10. Deliveries take the time of the event from its id. */
const UUID_V7 = /^.{14}7.{4}[89ab]/;
const JS_TIME_MAX = 8.64e15;

/** Holds a row to the rules of publishing, by writing it as the request that would have published it. */
export function readOutboxRow(row: OutboxRow, context: { nowMs: number }): ReadRow {
  if (!UUID_V7.test(row.id)) {
    return refuse("id_invalid", "The id of the row is no UUID of version 7.");
  }
  if (row.data === null) {
    const detail = `\`data\` has ${row.dataBytes} bytes; at most ${EVENT_DATA_BYTES_MAX} are taken.`;
    return refuse("payload_too_large", detail);
  }
  const parsed = parseEvent(Buffer.from(asRequest(row, row.data)), context);
  return parsed.ok ? parsed : { ok: false, problem: describe(parsed.problem) };
}

function asRequest(row: OutboxRow, data: string): string {
  const { type, organization: organizationId, resource, orderingKey } = row;
  const rest = {
    type,
    occurredAt: writeTime(row.occurredAt),
    ...(organizationId === null ? {} : { organizationId }),
    ...(resource === null ? {} : { resource }),
    ...(orderingKey === null ? {} : { orderingKey }),
  };
  // The bytes of `data` go through as they are, nothing writes them anew; that they are one JSON value, and not more
  // fields, is what the type of their column vouches for.
  return `${JSON.stringify(rest).slice(0, -1)},"data":${data}}`;
}

/** Years that RFC 3339 cannot write are refused by whoever reads it. */
function writeTime(occurredAt: number): string {
  return Math.abs(occurredAt) <= JS_TIME_MAX ? new Date(occurredAt).toISOString() : "infinity";
}

function describe(problem: EventProblem): RowProblem {
  if (problem.code !== "invalid_request") return { reason: problem.code, detail: problem.detail };
  const [first] = problem.fields;
  if (!first) return { reason: problem.code, detail: "The row is not valid." };
  return { reason: first.code, detail: `${first.pointer.slice(1)}: ${first.message}` };
}

function refuse(reason: string, detail: string): ReadRow {
  return { ok: false, problem: { reason, detail } };
}
