import * as z from "zod";
import { checkEndpoint } from "../delivery/endpoint-check.ts";
import { testEvent } from "../delivery/test-send.ts";
import { eventTypesOf } from "../domain/catalogue.ts";
import {
  CHECK_STEPS,
  CHECK_VERDICTS,
  judgeUrlStep,
  skippedFrom,
  type CheckStep,
} from "../domain/endpoint-check.ts";
import { compileSubscription } from "../domain/event-type.ts";
import { formatId } from "../domain/id.ts";
import { isOperationalType } from "../domain/operational-event.ts";
import { judgeUrl } from "../endpoints/rules.ts";
import { ApiError } from "../errors.ts";
import type { Platform } from "../platforms.ts";
import type { EndpointRow } from "../store/endpoints.ts";
import { endpointAddress, endpointQuery } from "./endpoint-address.ts";
import { route, type Route } from "./route.ts";
import { pathId } from "./schemas.ts";
import { checkBody } from "./test-body.ts";
import { getEndpoint, openEndpoint, platformOf, spendTestSends } from "./tested-endpoint.ts";

/** What one check sends at most. */
const REQUESTS = 4;

const checkObject = z
  .object({
    /** False when a step failed. */
    ok: z.boolean(),
    /** In the order of a delivery's way. */
    steps: z.array(
      z.object({
        step: z.enum(CHECK_STEPS),
        /** `warning`: deliveries arrive, but something should be changed. `skipped`: it could not be asked. */
        verdict: z.enum(CHECK_VERDICTS),
        detail: z.string(),
        fix: z.string().nullable(),
        durationMs: z.int().nullable(),
        responseStatus: z.int().nullable(),
      }),
    ),
  })
  .meta({ id: "EndpointCheck" });

const check = route({
  method: "POST",
  path: "/api/webhooks/:id/check",
  action: "endpoints.test",
  audience: "organization",
  summary:
    "Goes a delivery's way step by step, with at most four requests: address, certificate, answer, and whether forged, stale and repeated requests are told apart.",
  params: pathId,
  query: endpointQuery,
  body: checkBody,
  bodyOptional: true,
  status: 200,
  response: checkObject,
  async handle({ services, body, ...call }) {
    const endpoint = await getEndpoint(services, endpointAddress(call));
    const platform = await platformOf(services, endpoint);
    const type = body.eventType ?? typeFor(endpoint, platform);
    const test = testEvent(platform, { type, data: undefined });
    spendTestSends(services, endpoint.organizationId, REQUESTS);
    if (services.notReady().includes("clock_off")) throw new ApiError("unavailable");
    const opened = await openEndpoint(services, endpoint);
    const judged = judgeUrl(services, opened.format, endpoint.url);
    const url = judgeUrlStep("problem" in judged ? judged.problem : null);
    const { sender, clock } = services;
    const context = { sender, now: () => clock.now() };
    const rest =
      url.verdict === "failed" ? skippedFrom("dns") : await checkEndpoint(context, opened, test);
    const steps = [url, ...rest];
    const failed = steps.filter(({ verdict }) => verdict === "failed");
    services.log.info({
      event: "endpoint.checked",
      endpointId: formatId("ep", endpoint.id),
      organizationId: formatId("org", endpoint.organizationId),
      failed: failed.map(({ step }) => step),
    });
    return { body: { ok: failed.length === 0, steps: steps.map(show) } };
  },
});

export const endpointCheckRoutes: readonly Route[] = [check];

/** The first type of the catalogue that the endpoint wants: a receiver may refuse others. */
function typeFor({ events }: EndpointRow, { profile, catalogue }: Platform): string {
  const known = eventTypesOf(profile);
  const wants = compileSubscription(events);
  const wanted = known.find(({ type }) => wants(type))?.type;
  if (wanted !== undefined) return wanted;
  const named = events.find((name) => !name.includes("*"));
  if (named !== undefined && (catalogue.open || isOperationalType(named))) return named;
  return known[0]?.type ?? "endpoint.check";
}

function show(step: CheckStep): z.output<typeof checkObject>["steps"][number] {
  return { ...step };
}
