import { compileSearch } from "./text-search.ts";

/** A test of one value of an event; undefined stands for an absent field. Never throws. */
export type Condition = (value: unknown) => boolean;

export type Operand =
  | { readonly ok: true; readonly condition: Condition }
  | { readonly ok: false; readonly message: string };

type Plain = string | number | boolean | null;
type Ordered = string | number;
type Compile = (operand: unknown) => Operand;

/**
 * What a comparing operator does with its operand; the operators that hold conditions are in
 * filter.ts.
 */
const OPERATORS: ReadonlyMap<string, Compile> = new Map<string, Compile>([
  ["$eq", plain((operand) => (value) => value === operand)],
  ["$ne", plain((operand) => (value) => value !== operand)],
  ["$gt", ordered((value, operand) => value > operand)],
  ["$gte", ordered((value, operand) => value >= operand)],
  ["$lt", ordered((value, operand) => value < operand)],
  ["$lte", ordered((value, operand) => value <= operand)],
  ["$in", list((operands) => (value) => operands.has(value))],
  ["$nin", list((operands) => (value) => !operands.has(value))],
  ["$exists", exists],
  ["$startsWith", text((value, operand) => value.startsWith(operand))],
  ["$endsWith", text((value, operand) => value.endsWith(operand))],
  ["$contains", plain(contains)],
]);

/** The condition that `operator` makes of `operand`, or a sentence on what it takes. */
export function readOperand(operator: string, operand: unknown): Operand {
  const compile = OPERATORS.get(operator);
  if (compile) return compile(operand);
  const known = [...OPERATORS.keys(), "$and", "$or", "$not"].join(" ");
  return refuse(`There is no operator of this name; known are ${known}.`);
}

function plain(make: (operand: Plain) => Condition): Compile {
  return (operand) =>
    isPlain(operand)
      ? accept(make(operand))
      : refuse("A value here is a text, a number, true, false or null; use $in for several.");
}

function ordered(compare: (value: Ordered, operand: Ordered) => boolean): Compile {
  return (operand) => {
    if (!isPlain(operand) || (typeof operand !== "number" && typeof operand !== "string")) {
      return refuse("This operator takes a number or a text.");
    }
    // "10" and 9 have no order: without the check JavaScript would convert one of them.
    if (typeof operand === "number") {
      return accept((value) => typeof value === "number" && compare(value, operand));
    }
    return accept((value) => typeof value === "string" && compare(value, operand));
  };
}

function list(make: (operands: ReadonlySet<unknown>) => Condition): Compile {
  return (operand) =>
    Array.isArray(operand) && operand.length > 0 && operand.every(isPlain)
      ? accept(make(new Set(operand)))
      : refuse("This operator takes a list of texts, numbers, true, false or null.");
}

function text(test: (value: string, operand: string) => boolean): Compile {
  return (operand) =>
    typeof operand === "string"
      ? accept((value) => typeof value === "string" && test(value, operand))
      : refuse("This operator takes a text.");
}

function exists(operand: unknown): Operand {
  if (typeof operand !== "boolean") return refuse("This operator takes true or false.");
  return accept((value) => (value !== undefined) === operand);
}

function contains(operand: Plain): Condition {
  const isIn = typeof operand === "string" ? compileSearch(operand) : () => false;
  return (value) => {
    if (Array.isArray(value)) return value.includes(operand);
    return typeof value === "string" && isIn(value);
  };
}

function isPlain(value: unknown): value is Plain {
  if (typeof value === "number") return Number.isFinite(value);
  return typeof value === "string" || typeof value === "boolean" || value === null;
}

function accept(condition: Condition): Operand {
  return { ok: true, condition };
}

function refuse(message: string): Operand {
  return { ok: false, message };
}
