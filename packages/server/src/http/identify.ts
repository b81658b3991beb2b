import type { FastifyRequest } from "fastify";
import { authenticate, toPersonCaller, type Caller } from "../access/authenticate.ts";
import { authenticateCli, readCliToken } from "../access/cli-session.ts";
import { requireAllowed } from "../access/gate.ts";
import { authenticatePerson } from "../access/person.ts";
import { ApiError } from "../errors.ts";
import type { RateLimit } from "../platform/rate-limit.ts";
import { clientAddress } from "./client-address.ts";
import { checkOrigin } from "./csrf.ts";
import { readOrganizationParameter } from "./organization.ts";
import type { Route } from "./route.ts";
import { isLocalScraper } from "./scraper.ts";
import type { Services } from "./services.ts";
import { readSessionCookie } from "./session-cookie.ts";

const NOBODY: Caller = Object.freeze({ kind: "public" });

const UNCOUNTED: RateLimit = Object.freeze({
  take: () => 0,
  left: () => ({ tokens: 1, fullInSeconds: 0 }),
});

/** `isIdle`: nobody has done anything; the session stays as idle as it was. */
type Asked = Services & { readonly isIdle?: boolean };

/** Who calls a route. Throws the 400s and 401s of the catalogue, `csrf_failed` and `ip_not_allowed`. */
export async function identify(
  services: Asked,
  { audience }: Route,
  request: FastifyRequest,
): Promise<Caller> {
  if (audience === "public") return NOBODY;
  const { config } = services;
  const { headers, raw } = request;
  const isBare = headers.authorization === undefined && headers["x-api-key"] === undefined;
  const local = { headers, remoteAddress: raw.socket.remoteAddress };
  if (audience === "scraper" && isBare && isLocalScraper(config, local)) return NOBODY;
  const token = isBare ? readSessionCookie(config, headers) : undefined;
  const caller = await (token
    ? identifyPerson(services, request, token)
    : identifyHeader(services, request));
  // Operators come without an organization, whose reading would have brought what was changed of its profile.
  await services.overlays.refresh();
  return caller;
}

/**
 * Who that caller is by now, for answers that go on for long: the credentials of the request are judged again, without
 * counting it once more. Throws as `identify` does.
 */
export function identifyAgain(
  services: Services,
  definition: Route,
  request: FastifyRequest,
): Promise<Caller> {
  return identify({ ...services, keyLimits: UNCOUNTED, isIdle: true }, definition, request);
}

/** Throws the 403 that says why a caller may not use a route. */
export function admit({ audience, action }: Route, caller: Caller): void {
  if (audience === "public" || caller === NOBODY) return;
  if (audience === "person") {
    if (caller.kind === "person" || (caller.kind === "operator" && caller.person)) return;
    throw new ApiError("session_required");
  }
  if (audience !== "organization" && caller.kind !== "operator") {
    throw new ApiError("operator_required");
  }
  requireAllowed(caller, action);
}

async function identifyHeader(services: Asked, { headers, raw, url }: FastifyRequest) {
  const query = url.split("?", 2)[1] ?? "";
  const address = clientAddress(raw, services.config.trustedProxies);
  const credentials = { headers, rawHeaders: raw.rawHeaders, query, address };
  const token = readCliToken(credentials);
  if (token === undefined) return authenticate(services, credentials);
  const organizationId = readOrganizationParameter(query);
  const { isIdle = false } = services;
  return authenticateCli(services, { token, organizationId, isIdle });
}

/** Whoever has signed in in a browser; the request must come from our own pages. */
export async function identifyPerson(
  services: Asked,
  { raw, url }: Pick<FastifyRequest, "raw" | "url">,
  token: string,
): Promise<Caller> {
  checkOrigin(services.config, raw);
  const organizationId = readOrganizationParameter(url.split("?", 2)[1] ?? "");
  const { isIdle = false } = services;
  return toPersonCaller(await authenticatePerson(services, { token, organizationId, isIdle }));
}
