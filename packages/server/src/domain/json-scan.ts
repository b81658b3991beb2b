import { isUtf8 } from "node:buffer";
import { assert } from "../platform/assert.ts";
import {
  BRACE_OPEN,
  BRACKET_OPEN,
  MALFORMED,
  TOO_DEEP,
  fail,
  failureOffset,
  failureReason,
  skipSpace,
  skipValue,
} from "./json-grammar.ts";
import { pointerAt, pointerTo } from "./json-pointer.ts";
import { walkItems, walkMembers } from "./json-walk.ts";

/** A range of bytes: `start` is its first, `end` the one behind its last. */
export interface Slice {
  readonly start: number;
  readonly end: number;
}

/** One member of an object: the decoded key, and where its value stands. */
export interface Member extends Slice {
  readonly key: string;
}

/** One item of the array inside a batch; `members` is undefined when it is not an object. */
export interface BatchItem extends Slice {
  readonly members: readonly Member[] | undefined;
}

export type ScanCode =
  | "body_empty"
  | "encoding_invalid"
  | "json_malformed"
  | "event_not_object"
  | "json_too_deep"
  | "duplicate_key";

/**
 * `offset` counts bytes from 0 (the length of the text when it ended too early);
 * `pointer` is a JSON Pointer (RFC 6901) to the member at fault, `""` for the whole.
 */
export interface ScanFailure {
  readonly ok: false;
  readonly code: ScanCode;
  readonly offset: number;
  readonly pointer: string;
}

export interface ObjectScan {
  readonly ok: true;
  readonly members: readonly Member[];
}

export interface BatchScan extends ObjectScan {
  /** Undefined when the member is absent or not an array. */
  readonly items: readonly BatchItem[] | undefined;
}

/** The scanner is recursive; Node's default stack holds some ten thousand levels of it. */
const DEPTH_SUPPORTED_MAX = 1000;
/**
 * How far a pointer to what is too deep goes: to the member (`/data`), in a batch to the item's
 * (`/events/3/data`).
 */
const OBJECT_POINTER_STEPS = 1;
const BATCH_POINTER_STEPS = 3;

/**
 * Checks that `bytes` are one JSON object, in one pass that decodes nothing but the object's own
 * keys. Refuses what `JSON.parse` refuses and, beyond that: bytes that are not UTF-8, a value that
 * is not an object, a key given twice in the object itself (deeper it may be), nesting above
 * `depthMax` (1 to 1000; the object counts as 1).
 */
export function scanObject(bytes: Buffer, limits: { depthMax: number }): ObjectScan | ScanFailure {
  const members: Member[] = [];
  const bounds = { depthMax: limits.depthMax, pointerSteps: OBJECT_POINTER_STEPS };
  const failure = scanDocument(bytes, bounds, (key, start) => {
    const end = skipValue(bytes, start, limits.depthMax - 1);
    if (end >= 0) members.push({ key, start, end });
    return end;
  });
  return failure ?? findRepeated(members, "") ?? { ok: true, members };
}

/**
 * As `scanObject`, and in the same pass the items of the array under `itemsKey`, each with its own
 * members. A key given twice is refused in the object and in each item. `depthMax` counts from the
 * outermost object.
 */
export function scanBatch(
  bytes: Buffer,
  limits: { depthMax: number; itemsKey: string },
): BatchScan | ScanFailure {
  const members: Member[] = [];
  let items: BatchItem[] | undefined;
  const bounds = { depthMax: limits.depthMax, pointerSteps: BATCH_POINTER_STEPS };
  const failure = scanDocument(bytes, bounds, (key, start) => {
    const isItems = key === limits.itemsKey && bytes[start] === BRACKET_OPEN;
    if (isItems) items = [];
    const end = isItems
      ? scanItems({ bytes, start, depthLeft: limits.depthMax - 2 }, items ?? [])
      : skipValue(bytes, start, limits.depthMax - 1);
    if (end >= 0) members.push({ key, start, end });
    return end;
  });
  if (failure) return failure;
  const repeated = findRepeated(members, "") ?? findRepeatedInItems(items, limits.itemsKey);
  return repeated ?? { ok: true, members, items };
}

/**
 * The raw value of the member `key` of the object `json`; of several the last, which is the one
 * `JSON.parse` keeps. Undefined when there is none, when `json` is not an object, or not JSON at
 * all.
 */
export function findMember(json: Buffer, key: string): Slice | undefined {
  const at = skipSpace(json, 0);
  if (json[at] !== BRACE_OPEN) return undefined;
  let found: Slice | undefined;
  const end = walkMembers(json, at, (name, start) => {
    const valueEnd = skipValue(json, start, DEPTH_SUPPORTED_MAX);
    if (name === key) found = { start, end: valueEnd };
    return valueEnd;
  });
  return end < 0 ? undefined : found;
}

/**
 * Where the JSON value of `bytes` stands, without the blanks around it; undefined when they are not one, are not UTF-8
 * or nest deeper than `depthMax` (1 to 1000).
 */
export function findJson(bytes: Buffer, limits: { depthMax: number }): Slice | undefined {
  if (!isUtf8(bytes)) return undefined;
  const start = skipSpace(bytes, 0);
  const end = skipValue(bytes, start, limits.depthMax);
  return end >= 0 && skipSpace(bytes, end) === bytes.length ? { start, end } : undefined;
}

function scanDocument(
  bytes: Buffer,
  bounds: { depthMax: number; pointerSteps: number },
  visit: (key: string, start: number) => number,
): ScanFailure | undefined {
  const { depthMax, pointerSteps } = bounds;
  assert(depthMax >= 1 && depthMax <= DEPTH_SUPPORTED_MAX, "depthMax outside 1 to 1000");
  if (bytes.length === 0) return refuse("body_empty", 0);
  if (!isUtf8(bytes)) return refuse("encoding_invalid", 0);
  const start = skipSpace(bytes, 0);
  const isObject = bytes[start] === BRACE_OPEN;
  const valueEnd = isObject ? walkMembers(bytes, start, visit) : skipValue(bytes, start, depthMax);
  const end = valueEnd < 0 ? valueEnd : skipSpace(bytes, valueEnd);
  if (end < 0) return explain(bytes, end, pointerSteps);
  if (end < bytes.length) return explain(bytes, fail(MALFORMED, end), pointerSteps);
  return isObject ? undefined : refuse("event_not_object", start);
}

function scanItems(
  from: { bytes: Buffer; start: number; depthLeft: number },
  items: BatchItem[],
): number {
  const { bytes, depthLeft } = from;
  if (depthLeft < 0) return fail(TOO_DEEP, from.start);
  return walkItems(bytes, from.start, (start) => {
    if (bytes[start] !== BRACE_OPEN || depthLeft === 0) {
      const end = skipValue(bytes, start, depthLeft);
      if (end >= 0) items.push({ start, end, members: undefined });
      return end;
    }
    const members: Member[] = [];
    const end = walkMembers(bytes, start, (key, valueStart) => {
      const valueEnd = skipValue(bytes, valueStart, depthLeft - 1);
      if (valueEnd >= 0) members.push({ key, start: valueStart, end: valueEnd });
      return valueEnd;
    });
    if (end >= 0) items.push({ start, end, members });
    return end;
  });
}

function explain(bytes: Buffer, failure: number, pointerSteps: number): ScanFailure {
  const offset = failureOffset(failure);
  if (failureReason(failure) === MALFORMED) return refuse("json_malformed", offset);
  return {
    ok: false,
    code: "json_too_deep",
    offset,
    pointer: pointerAt(bytes, offset, pointerSteps),
  };
}

function findRepeatedInItems(
  items: readonly BatchItem[] | undefined,
  itemsKey: string,
): ScanFailure | undefined {
  for (const [index, item] of (items ?? []).entries()) {
    const repeated = findRepeated(item.members ?? [], `${pointerTo("", itemsKey)}/${index}`);
    if (repeated) return repeated;
  }
  return undefined;
}

function findRepeated(members: readonly Member[], parent: string): ScanFailure | undefined {
  const seen = new Set<string>();
  for (const { key, start } of members) {
    const pointer = pointerTo(parent, key);
    if (seen.has(key)) return { ok: false, code: "duplicate_key", offset: start, pointer };
    seen.add(key);
  }
  return undefined;
}

function refuse(code: ScanCode, offset: number): ScanFailure {
  return { ok: false, code, offset, pointer: "" };
}
