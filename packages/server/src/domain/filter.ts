import { FILTER_CONTAINS_NODES, FILTER_DEPTH_MAX, FILTER_NODES_MAX } from "../limits.ts";
import { assert } from "../platform/assert.ts";
import { readOperand, type Condition } from "./filter-operator.ts";
import { pointerTo } from "./json-pointer.ts";
import type { FieldProblem } from "./problem.ts";

/** What a filter sees of an event; `data` decoded. */
export interface FilteredEvent {
  readonly type: string;
  readonly data: unknown;
}

export type FilterProblem = FieldProblem<"filter_invalid" | "filter_too_complex">;

export type CompiledFilter =
  | { readonly ok: true; readonly matches: (event: FilteredEvent) => boolean }
  | { readonly ok: false; readonly problems: readonly FilterProblem[] };

/** A place in the document that is being compiled. */
interface Place {
  readonly pointer: string;
  readonly depth: number;
  /**
   * True where the event itself is looked at: only `type`, `data` and `$and`, `$or`, `$not` make
   * sense there.
   */
  readonly isEvent: boolean;
}

interface Compiler {
  nodes: number;
  /** What a `$contains` counts as. */
  readonly containsNodes: number;
  readonly problems: FilterProblem[];
}

const EVENT_FIELDS: readonly string[] = ["type", "data"];
const PROBLEMS_LISTED_MAX = 20;
const never: Condition = () => false;

/**
 * Turns a filter document, as decoded JSON, into a test of events, for example
 * `{"type": "order.paid", "data": {"amount": {"$gt": 500}, "country": {"$in": ["DE", "FR"]}}}`.
 *
 * Each member of an object is a condition and all must hold. A plain key names a field of the
 * value; a text, number, true, false or null is what the value must equal. Operators:
 *
 *   $eq $ne              one of these plain values
 *   $gt $gte $lt $lte    a number or a text; compares with its own kind only, texts by UTF-16 unit
 *   $in $nin             a list of plain values
 *   $exists              true or false
 *   $startsWith          a text; likewise $endsWith
 *   $contains            a part of a text, or an item of an array
 *   $and $or             a list of conditions
 *   $not                 one condition
 *
 * An absent field equals nothing: only `$ne`, `$nin`, `$not` and `{"$exists": false}` hold for it.
 * At most 100 nodes (conditions, operators, list items; a `$contains` counts as ten) and 8 levels. No
 * regular expressions, no code, own properties only: evaluation is linear in the filter and never
 * throws. Pointers in problems are relative to the document.
 */
export function compileFilter(document: unknown): CompiledFilter {
  return compileWithin(document, FILTER_CONTAINS_NODES);
}

/**
 * The test that a stored filter is. Up to 0.2 a `$contains` was one node: what was taken then goes on.
 * Fails rather than guesses: an event that went nowhere, or everywhere, could not be called back.
 */
export function compileStoredFilter(document: unknown): (event: FilteredEvent) => boolean {
  const compiled = compileWithin(document, 1);
  assert(compiled.ok, "a stored filter was checked");
  return compiled.matches;
}

function compileWithin(document: unknown, containsNodes: number): CompiledFilter {
  const compiler: Compiler = { nodes: 0, containsNodes, problems: [] };
  const root = { pointer: "", depth: 1, isEvent: true };
  const matches = isRecord(document)
    ? compileCondition(compiler, document, root)
    : refuse(compiler, "", "A filter is an object.");
  const problems = compiler.problems.slice(0, PROBLEMS_LISTED_MAX);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, matches };
}

function compileCondition(compiler: Compiler, document: unknown, place: Place): Condition {
  if (!takeNodes(compiler, 1, place.pointer)) return never;
  if (place.depth > FILTER_DEPTH_MAX) {
    return tooComplex(compiler, place.pointer, `A filter has at most ${FILTER_DEPTH_MAX} levels.`);
  }
  if (!isRecord(document)) return compileLiteral(compiler, document, place);
  const parts: Condition[] = [];
  for (const key of Object.keys(document)) {
    const inner = { ...place, pointer: pointerTo(place.pointer, key) };
    const isOperator = key.startsWith("$");
    const compile = isOperator ? compileOperator : compileField;
    parts.push(compile(compiler, { key, operand: document[key] }, inner));
    if (compiler.problems.length >= PROBLEMS_LISTED_MAX) return never;
  }
  if (parts.length === 0) return refuse(compiler, place.pointer, "A condition needs a member.");
  return allOf(parts);
}

function compileLiteral(compiler: Compiler, literal: unknown, place: Place): Condition {
  if (place.isEvent) return refuse(compiler, place.pointer, "A condition on events is an object.");
  const operand = readOperand("$eq", literal);
  return operand.ok ? operand.condition : refuse(compiler, place.pointer, operand.message);
}

interface Entry {
  readonly key: string;
  readonly operand: unknown;
}

function compileField(compiler: Compiler, entry: Entry, place: Place): Condition {
  const { key } = entry;
  if (place.isEvent && !EVENT_FIELDS.includes(key)) {
    return refuse(compiler, place.pointer, "An event has the fields `type` and `data`.");
  }
  const inner = { ...place, depth: place.depth + 1, isEvent: false };
  const condition = compileCondition(compiler, entry.operand, inner);
  // An own property only: `constructor` and `__proto__` would otherwise be found in every object.
  return (value) =>
    condition(isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined);
}

function compileOperator(compiler: Compiler, entry: Entry, place: Place): Condition {
  const { key, operand } = entry;
  const inner = { ...place, depth: place.depth + 1 };
  switch (key) {
    case "$not": {
      const condition = compileCondition(compiler, operand, inner);
      return (value) => !condition(value);
    }
    case "$and":
      return allOf(compileList(compiler, operand, inner));
    case "$or":
      return anyOf(compileList(compiler, operand, inner));
    default:
      return place.isEvent
        ? refuse(compiler, place.pointer, "Conditions on events know $and, $or and $not.")
        : compileComparison(compiler, entry, place);
  }
}

function compileList(compiler: Compiler, list: unknown, place: Place): Condition[] {
  if (!Array.isArray(list) || list.length === 0) {
    return [refuse(compiler, place.pointer, "This operator takes a list of conditions.")];
  }
  const conditions: Condition[] = [];
  for (const [index, item] of list.entries()) {
    const inner = { ...place, pointer: `${place.pointer}/${index}` };
    conditions.push(compileCondition(compiler, item, inner));
    if (compiler.nodes > FILTER_NODES_MAX) break;
  }
  return conditions;
}

function compileComparison(compiler: Compiler, entry: Entry, place: Place): Condition {
  const { key, operand } = entry;
  const single = key === "$contains" ? compiler.containsNodes : 1;
  const nodes = Array.isArray(operand) ? operand.length : single;
  if (!takeNodes(compiler, nodes, place.pointer)) return never;
  const read = readOperand(key, operand);
  return read.ok ? read.condition : refuse(compiler, place.pointer, read.message);
}

function allOf(conditions: readonly Condition[]): Condition {
  const [only] = conditions;
  if (only && conditions.length === 1) return only;
  return (value) => conditions.every((condition) => condition(value));
}

function anyOf(conditions: readonly Condition[]): Condition {
  return (value) => conditions.some((condition) => condition(value));
}

/** False, and one problem for the whole document, when the filter has become too large. */
function takeNodes(compiler: Compiler, count: number, pointer: string): boolean {
  const wasWithin = compiler.nodes <= FILTER_NODES_MAX;
  compiler.nodes += count;
  const isWithin = compiler.nodes <= FILTER_NODES_MAX;
  if (wasWithin && !isWithin) {
    tooComplex(compiler, pointer, `A filter has at most ${FILTER_NODES_MAX} nodes.`);
  }
  return isWithin;
}

function refuse(compiler: Compiler, pointer: string, message: string): Condition {
  compiler.problems.push({ pointer, code: "filter_invalid", message });
  return never;
}

function tooComplex(compiler: Compiler, pointer: string, message: string): Condition {
  compiler.problems.push({ pointer, code: "filter_too_complex", message });
  return never;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
