import * as z from "zod";
import { NEED_CODES, needsOf } from "../domain/needs.ts";
import { RANGES, rangeStart } from "../domain/statistics.ts";
import { readMeasures } from "../store/measures.ts";
import { countEvents, listNodes, readLag, readTrouble } from "../store/overview.ts";
import { EVERYTHING, listStatistics } from "../store/statistics.ts";
import { nodeObject, showNode } from "./nodes.ts";
import { route, type Route } from "./route.ts";
import type { Services } from "./services.ts";

export const overviewObject = z
  .object({
    /** Of the last whole minute. */
    acceptedPerSecond: z.number(),
    deliveredPerSecond: z.number(),
    /** From the event to the end of its delivery, of the newest ones of ten minutes; null without any. */
    lagP95Ms: z.int().nullable(),
    /** At most 10,000 are counted, like those that are held. */
    waiting: z.int(),
    held: z.int(),
    oldestDueSeconds: z.number(),
    failingEndpoints: z.int(),
    disabledEndpoints: z.int(),
    databaseBytes: z.number(),
    nodes: z.array(nodeObject),
    /** What needs somebody, what does the most harm first. */
    needs: z.array(z.object({ code: z.enum(NEED_CODES), text: z.string() })),
  })
  .meta({ id: "Overview" });

const MINUTE_MS = 60_000;
const LAG_MS = 10 * MINUTE_MS;

const read = route({
  method: "GET",
  path: "/api/overview",
  action: "health.read",
  audience: "operator",
  summary: "How the installation does right now, and what needs somebody.",
  status: 200,
  response: overviewObject,
  async handle({ services }) {
    return { body: await readOverview(services) };
  },
});

export const overviewRoutes: readonly Route[] = [read];

export async function readOverview({
  sql,
  clock,
}: Pick<Services, "sql" | "clock">): Promise<z.output<typeof overviewObject>> {
  const nowMs = clock.now();
  const minuteMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
  const minute = { from: new Date(minuteMs - MINUTE_MS), to: new Date(minuteMs - 1) };
  const [measures, trouble, nodes, accepted, lagP95Ms, counted] = await Promise.all([
    readMeasures(sql),
    readTrouble(sql),
    listNodes(sql),
    countEvents(sql, minute),
    readLag(sql, { from: new Date(nowMs - LAG_MS), to: new Date(nowMs) }),
    listStatistics(sql, {
      subjectIds: [EVERYTHING],
      step: RANGES["1h"].step,
      fromMs: rangeStart("1h", nowMs),
    }),
  ]);
  const last = counted.find(({ startsAtMs }) => startsAtMs === minute.from.getTime());
  const defaultRows = Object.values(measures.defaultRows).reduce((sum, rows) => sum + rows, 0);
  return {
    acceptedPerSecond: perSecond(accepted),
    deliveredPerSecond: perSecond(last?.counts.delivered ?? 0),
    lagP95Ms,
    waiting: measures.waiting,
    held: measures.held,
    oldestDueSeconds: measures.oldestDueSeconds,
    failingEndpoints: trouble.failing,
    disabledEndpoints: trouble.disabled,
    databaseBytes: trouble.databaseBytes,
    nodes: nodes.map(showNode),
    needs: needsOf({
      ...measures,
      defaultRows,
      failingEndpoints: trouble.failing,
      disabledEndpoints: trouble.disabled,
      dispatchers: nodes.filter((node) => node.role !== "api" && node.drainingSince === null)
        .length,
      clockOffsetMs: Math.max(0, ...nodes.map((node) => Math.abs(node.clockOffsetMs ?? 0))),
      versions: new Set(nodes.map(({ version }) => version)).size,
    }),
  };
}

function perSecond(inMinute: number): number {
  return Math.round((inMinute * 10) / 60) / 10;
}
