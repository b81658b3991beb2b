import { arch, availableParallelism, freemem, platform, release, totalmem } from "node:os";
import * as z from "zod";
import { describeSettings } from "../config.ts";
import { countObjects } from "../store/health.ts";
import { detailsObject, readDetails } from "./health-details.ts";
import { route, type Route } from "./route.ts";
import { timestamp } from "./schemas.ts";

const bundleObject = z
  .object({
    madeAt: timestamp,
    /** Of the node that answers, like `runtime` and `settings`. */
    version: z.string(),
    runtime: z.object({
      node: z.string(),
      platform: z.string(),
      processors: z.int(),
      memoryBytes: z.number(),
      memoryFreeBytes: z.number(),
      processBytes: z.number(),
      uptimeSeconds: z.number(),
    }),
    /** As `posthorn config` prints them: secrets are hidden. */
    settings: z.array(z.object({ name: z.string(), value: z.string() })),
    profiles: z.array(z.string()),
    /** How many there are of each kind of object. */
    counts: z.record(z.string(), z.number()),
    health: detailsObject,
  })
  .meta({ id: "SupportBundle" });

const read = route({
  method: "GET",
  path: "/api/support-bundle",
  action: "support-bundle.read",
  audience: "operator",
  summary:
    "One document for whoever helps: health, versions, settings and counts; no secrets, no payloads, no names.",
  status: 200,
  response: bundleObject,
  async handle({ services }) {
    const { clock, config, version, platforms, sql } = services;
    const health = await readDetails(services);
    return {
      headers: { "cache-control": "no-store" },
      body: {
        madeAt: new Date(clock.now()).toISOString(),
        version,
        runtime: {
          node: process.version,
          platform: `${platform()} ${release()} ${arch()}`,
          processors: availableParallelism(),
          memoryBytes: totalmem(),
          memoryFreeBytes: freemem(),
          processBytes: process.memoryUsage.rss(),
          uptimeSeconds: Math.round(process.uptime()),
        },
        settings: describeSettings(config).map(({ environment: name, value }) => ({ name, value })),
        profiles: platforms.list().map(({ profile }) => profile.id),
        counts: { ...(await countObjects(sql)) },
        // Of people there is nothing in it: who has paused is a name, and why may name a customer.
        health: {
          ...health,
          deliveriesPause: { ...health.deliveriesPause, pausedBy: null, reason: null },
        },
      },
    };
  },
});

export const supportBundleRoutes: readonly Route[] = [read];
