import { parseDuration } from "./duration.ts";
import { usage } from "./failure.ts";
import { textAt } from "./json.ts";

/**
 * How a test inbox answers, from its short form: `500`, `429:30` (seconds of Retry-After), `slow` or `slow:10s`,
 * `timeout`, `flaky` or `flaky:0.5`, `fail-first`, `fail-first:2` or `fail-first:2:503`. The server judges the
 * ranges and knows the defaults. Throws a usage failure.
 */
export function parseBehavior(text: string): Readonly<Record<string, unknown>> {
  const [kind = "", first, second, ...more] = text.split(":");
  const refuse = () => usage(`"${text}" is no behavior; try 500, slow:10s, flaky or fail-first:2.`);
  const number = (part: string | undefined) => {
    if (part === undefined) return undefined;
    if (!/^\d+(\.\d+)?$/.test(part)) throw refuse();
    return Number(part);
  };
  const isKnown = kind === "fail-first" || second === undefined;
  if (more.length > 0 || !isKnown) throw refuse();
  if (/^\d{3}$/.test(kind))
    return { kind: "status", status: Number(kind), retryAfter: number(first) };
  if (kind === "timeout" && first === undefined) return { kind };
  if (kind === "flaky") return { kind, rate: number(first) };
  if (kind === "fail-first")
    return { kind: "failFirst", count: number(first), status: number(second) };
  const delayMs = first === undefined ? undefined : parseDuration(first);
  if (kind !== "slow" || (first !== undefined && delayMs === undefined)) throw refuse();
  return { kind, delayMs };
}

/** The short form of what the API says of an inbox. */
export function shownBehavior(inbox: unknown): string {
  const at = (name: string) => textAt(inbox, "behavior", name);
  const joined = (...parts: readonly string[]) => parts.filter((part) => part !== "").join(":");
  switch (at("kind")) {
    case "status":
      return joined(at("status"), at("retryAfter"));
    case "slow":
      return joined("slow", at("delayMs") && `${Math.round(Number(at("delayMs")) / 1000)}s`);
    case "flaky":
      return joined("flaky", at("rate"));
    case "failFirst":
      return joined("fail-first", at("count"), at("status"));
    default:
      return at("kind");
  }
}
