import * as z from "zod";
import { formatId, type EndpointId } from "../domain/id.ts";
import { organizationOf, type Scope } from "../domain/scope.ts";
import {
  addCounts,
  ANSWERS,
  emptyCounts,
  foldBuckets,
  percentile,
  RANGES,
  rangeStart,
  successRate,
  type Answer,
  type Counts,
  type Range,
} from "../domain/statistics.ts";
import { ApiError, fieldError, invalidRequest } from "../errors.ts";
import { SPARKLINES_MAX } from "../limits/statistics.ts";
import { findEndpoint, listEndpointIds } from "../store/endpoints.ts";
import { listLastDeliveries } from "../store/deliveries.ts";
import { EVERYTHING, listStatistics } from "../store/statistics.ts";
import { createdAt, deliveryStatus, statusOf } from "./delivery-view.ts";
import { endpointAddress, endpointQuery } from "./endpoint-address.ts";
import { readScope } from "./organization.ts";
import { route, type Route } from "./route.ts";
import { alternatives, organizationParameter, pathId, storableText, timestamp } from "./schemas.ts";
import type { Services } from "./services.ts";

/** 0 to 1; null where nothing has ended. */
const rate = z.number().min(0).max(1).nullable();
const milliseconds = z.int().nullable();

const sums = {
  /** Deliveries that ended; each retry is an attempt and no delivery. */
  delivered: z.int(),
  failed: z.int(),
  successRate: rate,
  attempts: z.int(),
  /** Of attempts that were answered, within a tenth. */
  p50Ms: milliseconds,
  p95Ms: milliseconds,
  p99Ms: milliseconds,
};

const statisticsObject = z
  .object({
    range: z.enum(["1h", "24h", "7d", "30d"]),
    from: timestamp,
    to: timestamp,
    bucketSeconds: z.int(),
    totals: z.object({
      ...sums,
      /** Attempts by the class of their status, or by what went wrong. */
      responses: z.record(z.enum(ANSWERS), z.int()),
    }),
    /** The oldest first; the last one is not yet full. */
    buckets: z.array(z.object({ startsAt: timestamp, ...sums })),
  })
  .meta({ id: "Statistics" });

const range = z.enum(["1h", "24h", "7d", "30d"]).default("24h");

const ofEndpoint = route({
  method: "GET",
  path: "/api/webhooks/:id/statistics",
  action: "deliveries.read",
  audience: "organization",
  summary: "Counts what a webhook has got, for charts; without test events.",
  params: pathId,
  query: endpointQuery.extend({ range }),
  status: 200,
  response: statisticsObject,
  async handle({ services, ...call }) {
    const { id, scope } = endpointAddress(call);
    if (!(await findEndpoint(services.sql, id, scope))) throw new ApiError("not_found");
    return { body: await readStatistics(services, [id], call.query.range) };
  },
});

const ofOrganization = route({
  method: "GET",
  path: "/api/statistics",
  action: "deliveries.read",
  audience: "organization",
  summary:
    "Counts the deliveries of an organization, for charts; for operators without one, of all.",
  query: z.strictObject({ ...organizationParameter, range }),
  status: 200,
  response: statisticsObject,
  async handle({ services, caller, query }) {
    const subjectIds = await subjectsOf(services, readScope(caller, query.organizationId));
    return { body: await readStatistics(services, subjectIds, query.range) };
  },
});

const SPARKLINE: Range = "24h";

const ofEndpoints = route({
  method: "GET",
  path: "/api/statistics/webhooks",
  action: "deliveries.read",
  operationId: "statisticsWebhooksList",
  audience: "organization",
  summary: "The last 24 hours of several webhooks, for the lines of a list.",
  query: z.strictObject({ ...organizationParameter, id: alternatives(storableText) }),
  status: 200,
  response: z.object({
    data: z.array(
      z.object({
        endpointId: z.string(),
        delivered: z.int(),
        failed: z.int(),
        successRate: rate,
        /** One an hour, the oldest first. */
        buckets: z.array(z.object({ delivered: z.int(), failed: z.int() })),
        /** Its newest delivery; null without one. */
        lastDelivery: z
          .object({
            id: z.string(),
            createdAt: timestamp,
            status: deliveryStatus,
            responseStatus: z.int().nullable(),
            outcome: z.string().nullable(),
          })
          .nullable(),
      }),
    ),
  }),
  async handle({ services, caller, query }) {
    const scope = readScope(caller, query.organizationId);
    const asked = query.id ?? null;
    if (asked !== null && asked.length > SPARKLINES_MAX) {
      throw invalidRequest([fieldError("/id", "too_long")]);
    }
    const known = await listEndpointIds(services.sql, scope, SPARKLINES_MAX);
    const names = new Map(known.map((id) => [formatId("ep", id), id]));
    const ids = asked ? asked.flatMap((name) => names.get(name) ?? []) : known;
    return { body: { data: await readSparklines(services, ids) } };
  },
});

export const statisticsRoutes: readonly Route[] = [ofEndpoint, ofOrganization, ofEndpoints];

/** Whose counts make up what a caller may see. */
async function subjectsOf({ sql }: Services, scope: Scope): Promise<readonly string[]> {
  if (typeof scope === "object") return listEndpointIds(sql, scope, SPARKLINES_MAX);
  return [organizationOf(scope) ?? EVERYTHING];
}

async function readStatistics(
  { sql, clock }: Services,
  subjectIds: readonly string[],
  asked: Range,
): Promise<z.output<typeof statisticsObject>> {
  const { step, bucketMs } = RANGES[asked];
  const nowMs = clock.now();
  const fromMs = rangeStart(asked, nowMs);
  const rows = await listStatistics(sql, { subjectIds, step, fromMs });
  const totals = emptyCounts();
  for (const { counts } of rows) addCounts(totals, counts);
  return {
    range: asked,
    from: new Date(fromMs).toISOString(),
    to: new Date(nowMs).toISOString(),
    bucketSeconds: bucketMs / 1_000,
    totals: { ...sumUp(totals), responses: answersOf(totals) },
    buckets: foldBuckets(asked, fromMs, rows).map((counts, index) => ({
      startsAt: new Date(fromMs + index * bucketMs).toISOString(),
      ...sumUp(counts),
    })),
  };
}

function answersOf({ outcomes }: Counts): Record<Answer, number> {
  const counts = ANSWERS.map((name, place) => [name, outcomes[place] ?? 0]);
  // Proof: there is one entry for each name of `ANSWERS`.
  return Object.fromEntries(counts) as Record<Answer, number>;
}

function sumUp(counts: Counts) {
  const { delivered, failed, outcomes, durations } = counts;
  return {
    delivered,
    failed,
    successRate: successRate(counts),
    attempts: outcomes.reduce((sum, count) => sum + count, 0),
    p50Ms: percentile(durations, 0.5),
    p95Ms: percentile(durations, 0.95),
    p99Ms: percentile(durations, 0.99),
  };
}

async function readSparklines({ sql, clock }: Services, ids: readonly EndpointId[]) {
  const fromMs = rangeStart(SPARKLINE, clock.now());
  const [rows, last] = await Promise.all([
    listStatistics(sql, { subjectIds: ids, step: RANGES[SPARKLINE].step, fromMs }),
    listLastDeliveries(sql, ids),
  ]);
  const bySubject = Map.groupBy(rows, ({ subjectId }) => subjectId);
  const newest = new Map(last.map((delivery) => [delivery.endpointId, delivery]));
  return ids.map((id) => {
    const buckets = foldBuckets(SPARKLINE, fromMs, bySubject.get(id) ?? []);
    const totals = emptyCounts();
    for (const counts of buckets) addCounts(totals, counts);
    const { delivered, failed } = totals;
    const delivery = newest.get(id);
    return {
      endpointId: formatId("ep", id),
      delivered,
      failed,
      successRate: successRate(totals),
      buckets: buckets.map((each) => ({ delivered: each.delivered, failed: each.failed })),
      lastDelivery: delivery
        ? {
            id: formatId("dlv", delivery.id),
            createdAt: createdAt(delivery.id),
            status: statusOf(delivery),
            responseStatus: delivery.lastStatus,
            outcome: delivery.lastOutcome,
          }
        : null,
    };
  });
}
