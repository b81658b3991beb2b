import * as z from "zod";
import { nameCaller } from "../access/authenticate.ts";
import { formatId } from "../domain/id.ts";
import { promoteSecret, rollSecret, setOverlap } from "../endpoints/roll.ts";
import { revealSecrets } from "../endpoints/secret.ts";
import { endpointAddress, endpointQuery } from "./endpoint-address.ts";
import { endpointObject, endpointWithSecret, showEndpoint } from "./endpoint-view.ts";
import { route, type Route } from "./route.ts";
import { duration, pathId, storableText } from "./schemas.ts";

const reveal = route({
  method: "GET",
  path: "/api/webhooks/:id/secret",
  action: "endpoints.reveal-secret",
  audience: "organization",
  summary: "Shows the signing secret; each time is logged.",
  params: pathId,
  query: endpointQuery,
  status: 200,
  response: z.object({ secret: z.string(), nextSecret: z.string().nullable() }),
  async handle({ services, caller, ...call }) {
    const { endpoint, current, next } = await revealSecrets(
      services,
      endpointAddress({ ...call, caller }),
    );
    services.log.info({
      event: "secret.revealed",
      endpointId: formatId("ep", endpoint.id),
      organizationId: formatId("org", endpoint.organizationId),
      caller: nameCaller(caller),
    });
    return { body: { secret: current, nextSecret: next } };
  },
});

const roll = route({
  method: "POST",
  path: "/api/webhooks/:id/roll-secret",
  action: "endpoints.roll-secret",
  audience: "organization",
  summary: "Gives a webhook a new signing secret, at once, with an overlap or staged.",
  params: pathId,
  query: endpointQuery,
  body: z.strictObject({ previousExpiresIn: duration.optional(), secret: storableText.optional() }),
  bodyOptional: true,
  status: 200,
  response: endpointWithSecret.extend({ mode: z.enum(["immediate", "overlap", "staged"]) }),
  async handle({ services, body, ...call }) {
    const { endpoint, mode, secret } = await rollSecret(services, endpointAddress(call), {
      overlapSeconds: body.previousExpiresIn,
      secret: body.secret,
    });
    return { body: { ...showEndpoint(services, endpoint), mode, secret } };
  },
});

const promote = route({
  method: "POST",
  path: "/api/webhooks/:id/secret/promote",
  action: "endpoints.roll-secret",
  audience: "organization",
  summary: "Makes the staged secret the one that signs; the old one ends.",
  params: pathId,
  query: endpointQuery,
  body: z.strictObject({}),
  bodyOptional: true,
  status: 200,
  response: endpointObject,
  async handle({ services, ...call }) {
    const endpoint = await promoteSecret(services, endpointAddress(call));
    return { body: showEndpoint(services, endpoint) };
  },
});

const overlap = route({
  method: "POST",
  path: "/api/webhooks/:id/secret/overlap",
  action: "endpoints.roll-secret",
  audience: "organization",
  summary: "Ends the overlap of a rolled secret now, or later than it was to end.",
  params: pathId,
  query: endpointQuery,
  body: z.strictObject({
    /** From now; `0s` ends it. */
    previousExpiresIn: duration,
  }),
  status: 200,
  response: endpointObject,
  async handle({ services, body, ...call }) {
    const address = endpointAddress(call);
    const endpoint = await setOverlap(services, address, body.previousExpiresIn);
    return { body: showEndpoint(services, endpoint) };
  },
});

export const endpointSecretRoutes: readonly Route[] = [reveal, roll, promote, overlap];
