import { BATCH_EVENTS_MAX, EVENT_DEPTH_MAX } from "../limits.ts";
import { unreachable } from "../platform/assert.ts";
import { describeOversize, readEvent, readOrganizationId, type NewEvent } from "./event-item.ts";
import {
  describeEventProblem,
  type EventFieldCode,
  type EventFieldProblem,
} from "./event-problem.ts";
import type { OrganizationId } from "./id.ts";
import { pointerTo } from "./json-pointer.ts";
import { scanBatch, scanObject, type BatchScan, type ScanFailure } from "./json-scan.ts";

/**
 * Why a publish request is refused: its body as a whole, or the fields listed under
 * `invalid_request`.
 */
export type EventProblem =
  | {
      readonly code: "body_empty" | "encoding_invalid" | "json_malformed" | "payload_too_large";
      readonly detail: string;
    }
  | { readonly code: "invalid_request"; readonly fields: readonly EventFieldProblem[] };

export interface EventRefusal {
  readonly ok: false;
  readonly problem: EventProblem;
}

export interface ParsedEvent {
  readonly ok: true;
  readonly event: NewEvent;
}

export interface ParsedBatch {
  readonly ok: true;
  /**
   * 1 to 100, in the order they were posted; an item without `organizationId` has that of the
   * batch.
   */
  readonly events: readonly NewEvent[];
}

const BATCH_KEY = "events";
/**
 * The event's own object is one level; in a batch, its array and the outermost object are two more.
 */
const SINGLE_DEPTH_MAX = EVENT_DEPTH_MAX + 1;
const BATCH_DEPTH_MAX = EVENT_DEPTH_MAX + 3;
/**
 * A caller mends some fields and asks again; an answer with thousands of them would only be a
 * weapon.
 */
const PROBLEMS_LISTED_MAX = 20;

/**
 * Reads the body of `POST /api/events`: `{type, data, occurredAt?, resource?, orderingKey?,
 * organizationId?}`. `data` may be any JSON value of at most 256 KiB and 64 levels and stays the
 * bytes it was; everything around it may take 8 KiB. Whatever is wrong is reported at once (the
 * first 20). `nowMs` is the wall clock.
 */
export function parseEvent(body: Buffer, context: { nowMs: number }): ParsedEvent | EventRefusal {
  const scan = scanObject(body, { depthMax: SINGLE_DEPTH_MAX });
  if (!scan.ok) return refuseScan(body, scan);
  const item = {
    body,
    start: 0,
    end: body.length,
    members: scan.members,
    pointer: "",
    nowMs: context.nowMs,
    isInBatch: false,
  };
  const oversize = describeOversize(item);
  if (oversize) return refuseBody("payload_too_large", oversize);
  const problems: EventFieldProblem[] = [];
  const event = readEvent(item, problems);
  return event ? { ok: true, event } : refuseFields(problems);
}

/**
 * Reads the body of `POST /api/events/batch`: `{events: [...], organizationId?}` with 1 to 100
 * events, each as for `parseEvent` and with an optional `idempotencyKey`. One bad event refuses
 * them all.
 */
export function parseBatch(body: Buffer, context: { nowMs: number }): ParsedBatch | EventRefusal {
  const scan = scanBatch(body, { depthMax: BATCH_DEPTH_MAX, itemsKey: BATCH_KEY });
  if (!scan.ok) return refuseScan(body, scan);
  const problems: EventFieldProblem[] = [];
  const organizationId = readBatchMembers(body, scan, problems);
  // The count is judged before the items: a batch of a million empty objects is refused for one
  // reason.
  const countProblem = judgeCount(scan);
  if (countProblem) problems.push(describeEventProblem(`/${BATCH_KEY}`, countProblem));
  if (problems.length > 0) return refuseFields(problems);
  const events: NewEvent[] = [];
  for (const [index, { start, end, members }] of (scan.items ?? []).entries()) {
    const pointer = `/${BATCH_KEY}/${index}`;
    if (!members) {
      problems.push(describeEventProblem(pointer, "event_not_object"));
      continue;
    }
    const item = { body, start, end, members, pointer, nowMs: context.nowMs, isInBatch: true };
    const oversize = describeOversize(item);
    if (oversize) return refuseBody("payload_too_large", oversize);
    const event = readEvent(item, problems);
    if (event) events.push(event.organizationId ? event : { ...event, organizationId });
  }
  return problems.length > 0 ? refuseFields(problems) : { ok: true, events };
}

function readBatchMembers(
  body: Buffer,
  scan: BatchScan,
  problems: EventFieldProblem[],
): OrganizationId | null {
  let organizationId: OrganizationId | null = null;
  for (const member of scan.members) {
    const code = member.key === "organizationId" ? "id_invalid" : "unknown_field";
    const id = code === "id_invalid" ? readOrganizationId(body, member) : undefined;
    if (id) organizationId = id;
    else if (member.key !== BATCH_KEY) {
      problems.push(describeEventProblem(pointerTo("", member.key), code));
    }
  }
  return organizationId;
}

function judgeCount(scan: BatchScan): EventFieldCode | undefined {
  const { items, members } = scan;
  if (!items) return members.some(({ key }) => key === BATCH_KEY) ? "invalid_type" : "required";
  if (items.length === 0) return "batch_empty";
  return items.length > BATCH_EVENTS_MAX ? "batch_too_large" : undefined;
}

function refuseScan(body: Buffer, failure: ScanFailure): EventRefusal {
  switch (failure.code) {
    case "body_empty":
      return refuseBody("body_empty", "The body has no bytes.");
    case "encoding_invalid":
      return refuseBody("encoding_invalid", "The body has bytes that are not UTF-8.");
    case "json_malformed":
      return refuseBody("json_malformed", describePlace(body, failure.offset));
    case "event_not_object":
    case "json_too_deep":
    case "duplicate_key":
      return refuseFields([describeEventProblem(failure.pointer, failure.code)]);
    default:
      return unreachable(failure.code);
  }
}

function describePlace(body: Buffer, offset: number): string {
  if (offset >= body.length) return "The JSON ends too early.";
  const before = body.subarray(0, offset).toString();
  const line = before.split("\n").length;
  const column = before.length - before.lastIndexOf("\n");
  return `The JSON stops being valid at line ${line}, column ${column} (byte ${offset}).`;
}

function refuseFields(problems: readonly EventFieldProblem[]): EventRefusal {
  const fields = problems.slice(0, PROBLEMS_LISTED_MAX);
  return { ok: false, problem: { code: "invalid_request", fields } };
}

function refuseBody(
  code: Exclude<EventProblem["code"], "invalid_request">,
  detail: string,
): EventRefusal {
  return { ok: false, problem: { code, detail } };
}
