import { ENDPOINT_EVENTS_MAX } from "../limits.ts";
import { isEventType } from "./event-fields.ts";
import { isOperationalType } from "./operational-event.ts";
import type { FieldProblem } from "./problem.ts";
import { isSourceType } from "./source.ts";

/** The event types that an organization knows; an open catalogue accepts others too. */
export interface EventTypeNames {
  readonly open: boolean;
  readonly types: ReadonlySet<string>;
}

export type SubscriptionProblem = FieldProblem<"events_invalid">;

const EVERYTHING = "*";
/** A slip of the finger is one or two letters; further away a proposal would be a guess. */
const PROPOSAL_DISTANCE_MAX = 3;

/**
 * The test whether an event type is asked for. Patterns: a name, `queue.*` for every type below `queue`, or `*`.
 * Operational events are asked for by their names alone. The patterns must have passed `checkSubscription`.
 */
export function compileSubscription(patterns: readonly string[]): (type: string) => boolean {
  const names = new Set(patterns.filter((pattern) => !pattern.endsWith(".*")));
  if (names.has(EVERYTHING)) return (type) => names.has(type) || !isOperationalType(type);
  const starts = patterns.filter((pattern) => pattern.endsWith(".*")).map(prefixOf);
  if (starts.length === 0) return (type) => names.has(type);
  return (type) =>
    names.has(type) || (!isOperationalType(type) && starts.some((start) => type.startsWith(start)));
}

/**
 * What is wrong with the event types that an endpoint asks for; empty when nothing is.
 * In a closed catalogue every name must exist and every pattern must match something, but for what sources make
 * (`stripe.*`); pointers are below `/events`.
 */
export function checkSubscription(
  patterns: readonly string[],
  catalogue: EventTypeNames,
): SubscriptionProblem[] {
  if (patterns.length === 0) {
    return [problem("/events", 'Name at least one event type, or "*" for all.', EVERYTHING)];
  }
  if (patterns.length > ENDPOINT_EVENTS_MAX) {
    return [problem("/events", `At most ${ENDPOINT_EVENTS_MAX} event types can be named.`)];
  }
  const others = patterns.filter((pattern) => !isOperationalType(pattern));
  if (others.length > 1 && others.includes(EVERYTHING)) {
    const message = '"*" means every type; only operational events can stand beside it.';
    return [problem("/events", message, EVERYTHING)];
  }
  return patterns.flatMap((pattern, index) => {
    const found = checkPattern(pattern, catalogue);
    return found === undefined ? [] : [{ ...found, pointer: `/events/${index}` }];
  });
}

function checkPattern(pattern: string, catalogue: EventTypeNames): SubscriptionProblem | undefined {
  if (pattern === EVERYTHING) return undefined;
  const isPrefix = pattern.endsWith(".*");
  const name = isPrefix ? pattern.slice(0, -2) : pattern;
  if (!isEventType(name)) {
    return problem("", "An event type is lower-case words joined by dots, such as order.created.");
  }
  if (catalogue.open || isOperationalType(pattern) || isSourceType(name)) return undefined;
  const types = [...catalogue.types];
  if (isPrefix) {
    if (types.some((type) => type.startsWith(prefixOf(pattern)))) return undefined;
    const groups = new Set(types.flatMap(patternsAbove));
    return problem("", `No event type begins with ${name}.`, closest(pattern, [...groups]));
  }
  if (catalogue.types.has(name)) return undefined;
  return problem("", `There is no event type ${name}.`, closest(name, types));
}

function problem(pointer: string, message: string, fix?: string): SubscriptionProblem {
  const base = { pointer, code: "events_invalid", message } as const;
  return fix === undefined ? base : { ...base, fix };
}

/** `queue.*` → `queue.`: with the dot, so that `queue_full.x` does not belong to it. */
function prefixOf(pattern: string): string {
  return pattern.slice(0, -1);
}

function patternsAbove(type: string): string[] {
  const words = type.split(".");
  return words.slice(1).map((_, index) => `${words.slice(0, index + 1).join(".")}.*`);
}

/** What was probably meant; undefined when nothing is near. */
export function closest(text: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = PROPOSAL_DISTANCE_MAX + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - text.length) >= bestDistance) continue;
    const distance = editDistance(text, candidate);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Levenshtein's distance: letters to insert, delete or replace. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
