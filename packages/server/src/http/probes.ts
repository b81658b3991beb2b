import * as z from "zod";
import { route, type Route } from "./route.ts";

/** Balancers add what they like to the URL of a probe. */
const anyQuery = z.looseObject({});

const live = route({
  method: "GET",
  path: "/healthz",
  action: "probes.live",
  audience: "public",
  summary: "Says that the process lives.",
  query: anyQuery,
  status: 200,
  response: z.object({ status: z.literal("ok") }),
  async handle() {
    return { body: { status: "ok" } };
  },
});

const readiness = z.object({
  status: z.enum(["ready", "not_ready"]),
  /** `draining`, `database_silent`, `clock_off`, `claims_stalled`. */
  reasons: z.array(z.string()),
  /** Whether it makes deliveries just now: `paused` for all nodes, `drained` for this one; `none` where it only answers the API. */
  deliveries: z.enum(["running", "paused", "draining", "drained", "none"]),
});

const ready = route({
  method: "GET",
  path: "/readyz",
  action: "probes.ready",
  audience: "public",
  summary: "Says whether this node should get requests: 200 or 503 with reasons.",
  query: anyQuery,
  status: 200,
  otherStatus: 503,
  response: readiness,
  async handle({ services }) {
    const reasons = services.notReady();
    const says = { reasons: [...reasons], deliveries: services.deliveryWork() };
    return reasons.length === 0
      ? { body: { status: "ready", ...says } }
      : { status: 503, body: { status: "not_ready", ...says } };
  },
});

const metrics = route({
  method: "GET",
  path: "/metrics",
  action: "metrics.read",
  audience: "scraper",
  summary: "The metrics of this node in the text format of Prometheus.",
  query: anyQuery,
  status: 200,
  async handle({ services }) {
    const headers = { "content-type": "text/plain; version=0.0.4; charset=utf-8" };
    return { body: await services.metrics(), headers };
  },
});

export const probeRoutes: readonly Route[] = [live, ready, metrics];
