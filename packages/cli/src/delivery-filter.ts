import type { Command } from "commander";
import { collect } from "./argument.ts";
import type { Request } from "./client.ts";
import { usage } from "./failure.ts";
import { addRangeOptions, rangeQuery, type RangeOptions } from "./page.ts";

/** What chooses deliveries: of the list, and of what is done to all that it shows. */
export interface FilterOptions extends RangeOptions {
  readonly status?: readonly string[];
  readonly endpoint?: string;
  readonly event?: string;
  readonly type?: readonly string[];
  readonly resource?: string;
  readonly response?: readonly string[];
  readonly minAttempts?: string;
  readonly orderingKey?: string;
  readonly tests?: string;
}

export function addFilterOptions(command: Command): Command {
  return addRangeOptions(command)
    .option("--status <status>", "pending, sending, retrying, held, delivered, …", collect)
    .option("--endpoint <id>", "of one endpoint")
    .option("--event <id>", "of one event")
    .option("--type <type>", "event types", collect)
    .option("--resource <text>", "of events about it")
    .option("--response <answer>", "of the last attempt: 4xx, 5xx, timeout, dns_error, …", collect)
    .option("--min-attempts <n>", "attempted at least so often")
    .option("--ordering-key <text>", "of events with this ordering key")
    .option("--tests <which>", "only: test sends alone; none: without them (both)");
}

/** `isTest` of the API; undefined for both. Throws a usage failure. */
export function readTests(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (text !== "only" && text !== "none")
    throw usage(`--tests "${text}" is neither only nor none.`);
  return String(text === "only");
}

export function filterQuery(options: FilterOptions): Request["query"] & object {
  return {
    ...rangeQuery(options),
    status: options.status?.join(","),
    endpointId: options.endpoint,
    eventId: options.event,
    type: options.type?.join(","),
    response: options.response?.join(","),
    "attempts[gte]": options.minAttempts,
    resource: options.resource,
    orderingKey: options.orderingKey,
    isTest: readTests(options.tests),
  };
}
