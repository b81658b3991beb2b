import { isNativeError } from "node:util/types";
import vm from "node:vm";
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";

/** Where a value does not fit a schema. */
export interface SchemaProblem {
  /** RFC 6901, into the value. */
  readonly pointer: string;
  readonly message: string;
}

/** More would not be read; a list of a thousand wrong items says the same thing a thousand times. */
const PROBLEMS_MAX = 20;

/** Judging runs where requests are answered: a schema that doubles its work with each level would stop all of them. */
const JUDGE_MS_MAX = 500;
/** Several values that are judged one after the other have one time together: each by itself would be quick enough. */
export interface JudgeBudget {
  /** Milliseconds of the processor; none after a value that took too long. */
  leftMs: number;
}

/** Where the processor is busy with others, the clock runs on while nothing is judged: each try has twice the time. */
const TRIES_MAX = 6;
const TOO_SLOW = `It cannot be judged by this schema within ${JUDGE_MS_MAX} ms.`;

/** Compiling costs milliseconds, and schemas live as long as the profiles that hold them. */
const compiled = new WeakMap<object, ValidateFunction>();

/**
 * Judges a value by a JSON Schema 2020-12. A schema that cannot be used, or takes too long, is a problem of the whole
 * value.
 */
export function schemaProblems(
  schema: object,
  value: unknown,
  budget: JudgeBudget = alone(),
): SchemaProblem[] {
  const judged = withinTime(budget, () => {
    const validate = compiled.get(schema) ?? compile(schema);
    return validate(value) ? [] : (validate.errors ?? []).slice(0, PROBLEMS_MAX).map(problemOf);
  });
  return judged.ok ? judged.value : [{ pointer: "", message: judged.complaint }];
}

/** A sentence when a schema cannot be used; undefined when it can. */
export function schemaComplaint(schema: object, budget: JudgeBudget = alone()): string | undefined {
  const judged = withinTime(budget, () => compile(schema));
  return judged.ok ? undefined : judged.complaint;
}

function alone(): JudgeBudget {
  return { leftMs: JUDGE_MS_MAX };
}

type Judged<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly complaint: string };

const room: { task: () => unknown } = { task: () => undefined };
const context = vm.createContext(room);
const run = new vm.Script("task()");

/** What counts is the time of the processor; the clock alone would refuse good schemas on a busy machine. */
function withinTime<T>(budget: JudgeBudget, task: () => T): Judged<T> {
  for (let tries = 1, timeout = JUDGE_MS_MAX; ; tries++, timeout *= 2) {
    const before = process.threadCpuUsage();
    const judged = runOnce(task, timeout);
    const { user, system } = process.threadCpuUsage(before);
    const spentMs = (user + system) / 1000;
    budget.leftMs -= spentMs;
    if (judged.ok || judged.complaint !== TOO_SLOW) return judged;
    const wasStarved = spentMs < JUDGE_MS_MAX / 2;
    if (!wasStarved || tries === TRIES_MAX) {
      budget.leftMs = 0;
      return judged;
    }
  }
}

/** Only a script of `vm` can be stopped from outside, regular expressions and all. */
function runOnce<T>(task: () => T, timeout: number): Judged<T> {
  const done: T[] = [];
  room.task = () => done.push(task());
  try {
    run.runInContext(context, { timeout });
    const [value] = done;
    // Proof: the script has run to its end, so the task has put in its answer.
    return { ok: true, value: value as T };
  } catch (error) {
    return { ok: false, complaint: complaintOf(error) };
  } finally {
    room.task = () => undefined;
  }
}

/** What is thrown may be an error of the script's own realm, which is no instance of our `Error`. */
function complaintOf(error: unknown): string {
  if (!isNativeError(error)) return "The schema cannot be used.";
  if ("code" in error && error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return TOO_SLOW;
  // A reference that leads back to itself without taking anything of the value.
  if (error.name === "RangeError") return "The schema refers to itself without end.";
  return `The schema cannot be used: ${error.message}`;
}

function compile(schema: object): ValidateFunction {
  // A misspelt keyword would judge nothing, so it is refused. Formats are annotations in 2020-12: a date-time is for
  // people and generators. What is merely unusual (no type beside properties) is the schema's own affair.
  const validate = new Ajv2020({
    allErrors: true,
    validateFormats: false,
    strict: false,
    strictSchema: true,
  }).compile(schema);
  compiled.set(schema, validate);
  return validate;
}

/** A missing member is said of the member: that is where somebody has to write. */
function problemOf({ instancePath, keyword, params, message }: ErrorObject): SchemaProblem {
  if (keyword === "required") {
    return { pointer: `${instancePath}/${params["missingProperty"]}`, message: "is missing" };
  }
  if (keyword === "additionalProperties") {
    const name = String(params["additionalProperty"]);
    return { pointer: `${instancePath}/${name}`, message: "is not in the schema" };
  }
  if (keyword === "enum") {
    const allowed: unknown = params["allowedValues"];
    const list = Array.isArray(allowed) ? allowed.map((one) => JSON.stringify(one)).join(", ") : "";
    return { pointer: instancePath, message: `must be one of ${list}` };
  }
  return { pointer: instancePath, message: message ?? "does not fit" };
}
