import { EVENT_DATA_BYTES_MAX, EVENT_REST_BYTES_MAX } from "../limits.ts";
import {
  isEventType,
  isIdempotencyKey,
  isOrderingKey,
  isResource,
  parseOccurredAt,
} from "./event-fields.ts";
import {
  describeEventProblem,
  type EventFieldCode,
  type EventFieldProblem,
} from "./event-problem.ts";
import { parseId, type OrganizationId } from "./id.ts";
import { pointerTo } from "./json-pointer.ts";
import type { Member, Slice } from "./json-scan.ts";
import { decodeString } from "./json-walk.ts";

/**
 * An event as its producer posted it, checked; its id and the time of acceptance are not its own to
 * say.
 */
export interface NewEvent {
  readonly type: string;
  /** The raw bytes of `data`, a view into the request body: never decoded, never written anew. */
  readonly data: Buffer;
  /**
   * The raw bytes of the whole event object, a view too: what an idempotency key is compared by.
   */
  readonly raw: Buffer;
  /** Milliseconds since the epoch; null when the time of acceptance counts. */
  readonly occurredAt: number | null;
  readonly resource: string | null;
  readonly orderingKey: string | null;
  readonly organizationId: OrganizationId | null;
  /** Only in batches; a single event carries its key in the Idempotency-Key header. */
  readonly idempotencyKey: string | null;
}

/** One event object inside a request body, and what its reader must know. */
export interface EventItem extends Slice {
  readonly body: Buffer;
  readonly members: readonly Member[];
  /** Where it stands: `""` for a single event, `/events/3` in a batch. */
  readonly pointer: string;
  /** Wall clock. */
  readonly nowMs: number;
  readonly isInBatch: boolean;
}

/** Undefined in the two required fields means: not seen, or seen and wrong. */
type Draft = {
  -readonly [Key in Exclude<keyof NewEvent, "type" | "data" | "raw">]: NewEvent[Key];
} & { type: string | undefined; data: Buffer | undefined };

const QUOTE = 0x22;

interface TextRule {
  readonly key: "type" | "resource" | "orderingKey" | "idempotencyKey";
  readonly code: EventFieldCode;
  /** False for the empty string, which also stands for whatever is no string. */
  readonly isValid: (text: string) => boolean;
}

/** A Map, because a plain object would find something under `__proto__` and `constructor`. */
const TEXT_RULES: ReadonlyMap<string, TextRule> = new Map(
  (
    [
      { key: "type", code: "type_invalid", isValid: isEventType },
      { key: "resource", code: "resource_invalid", isValid: isResource },
      { key: "orderingKey", code: "ordering_key_invalid", isValid: isOrderingKey },
      { key: "idempotencyKey", code: "idempotency_key_invalid", isValid: isIdempotencyKey },
    ] satisfies TextRule[]
  ).map((rule) => [rule.key, rule]),
);

/**
 * What is too large about an event, as a sentence; undefined when its `data` and the rest around it
 * are in bounds.
 */
export function describeOversize(item: EventItem): string | undefined {
  const data = item.members.find(({ key }) => key === "data");
  const dataBytes = data ? data.end - data.start : 0;
  const name = item.pointer === "" ? "" : ` of ${item.pointer}`;
  if (dataBytes > EVENT_DATA_BYTES_MAX) {
    return `\`data\`${name} has ${dataBytes} bytes; at most ${EVENT_DATA_BYTES_MAX} are taken.`;
  }
  const restBytes = item.end - item.start - dataBytes;
  if (restBytes <= EVENT_REST_BYTES_MAX) return undefined;
  const around = `What stands around \`data\`${name}`;
  return `${around} has ${restBytes} bytes; at most ${EVENT_REST_BYTES_MAX} are taken.`;
}

/**
 * Reads an event whose size is in bounds; undefined after adding to `problems` whatever is wrong
 * with it.
 */
export function readEvent(item: EventItem, problems: EventFieldProblem[]): NewEvent | undefined {
  const found = problems.length;
  const draft: Draft = {
    type: undefined,
    data: undefined,
    occurredAt: null,
    resource: null,
    orderingKey: null,
    organizationId: null,
    idempotencyKey: null,
  };
  for (const member of item.members) {
    const code = readMember(draft, member, item);
    if (code) problems.push(describeEventProblem(pointerTo(item.pointer, member.key), code));
  }
  for (const key of ["type", "data"] as const) {
    const isMissing =
      draft[key] === undefined && !item.members.some((member) => member.key === key);
    if (isMissing) problems.push(describeEventProblem(`${item.pointer}/${key}`, "required"));
  }
  const { type, data } = draft;
  if (problems.length > found || type === undefined || data === undefined) return undefined;
  return { ...draft, type, data, raw: item.body.subarray(item.start, item.end) };
}

function readMember(draft: Draft, member: Member, item: EventItem): EventFieldCode | undefined {
  const rule = TEXT_RULES.get(member.key);
  if (rule !== undefined && (item.isInBatch || rule.key !== "idempotencyKey")) {
    const text = readText(item.body, member) ?? "";
    if (!rule.isValid(text)) return rule.code;
    draft[rule.key] = text;
    return undefined;
  }
  switch (member.key) {
    case "data":
      draft.data = item.body.subarray(member.start, member.end);
      return undefined;
    case "occurredAt":
      draft.occurredAt = parseOccurredAt(readText(item.body, member) ?? "", item.nowMs) ?? null;
      return draft.occurredAt === null ? "timestamp_invalid" : undefined;
    case "organizationId":
      draft.organizationId = readOrganizationId(item.body, member) ?? null;
      return draft.organizationId === null ? "id_invalid" : undefined;
    default:
      return "unknown_field";
  }
}

/**
 * The organization that the value at `slice` names, an `org_…` id as a JSON string; else undefined.
 */
export function readOrganizationId(body: Buffer, slice: Slice): OrganizationId | undefined {
  return parseId("org", readText(body, slice) ?? "");
}

/** The decoded string at `slice`; undefined when the value is of another kind. */
function readText(body: Buffer, slice: Slice): string | undefined {
  return body[slice.start] === QUOTE ? decodeString(body, slice.start, slice.end) : undefined;
}
