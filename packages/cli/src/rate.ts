import { usage } from "./failure.ts";
import { member, textAt } from "./json.ts";

const PERIODS: Readonly<Record<string, string>> = {
  s: "second",
  second: "second",
  m: "minute",
  min: "minute",
  minute: "minute",
  h: "hour",
  hour: "hour",
};

/** `50/second`, `50/s`: a rate limit as the API takes it. Throws a usage failure. */
export function readRate(text: string): { readonly count: number; readonly per: string } {
  const [, count, period = ""] = /^(\d{1,9})\/([a-z]+)$/.exec(text) ?? [];
  const per = Object.hasOwn(PERIODS, period) ? PERIODS[period] : undefined;
  if (count === undefined || per === undefined) {
    throw usage(`"${text}" is not a rate such as 50/second, 600/minute or 1000/hour.`);
  }
  return { count: Number(count), per };
}

/** The rate limit of an endpoint in the same form; empty without one. */
export function shownRate(endpoint: unknown): string {
  const rate = member(endpoint, "rateLimit");
  return rate ? `${textAt(rate, "count")}/${textAt(rate, "per")}` : "";
}
