import type { FastifyRequest } from "fastify";
import { authenticate, type Caller } from "../access/authenticate.ts";
import { requireAllowed } from "../access/gate.ts";
import { authenticatePerson, isOperator } from "../access/person.ts";
import { ApiError } from "../errors.ts";
import { clientAddress } from "./client-address.ts";
import { checkOrigin } from "./csrf.ts";
import { readOrganizationParameter } from "./organization.ts";
import type { Route } from "./route.ts";
import { isLocalScraper } from "./scraper.ts";
import type { Services } from "./services.ts";
import { readSessionCookie } from "./session-cookie.ts";

const NOBODY: Caller = Object.freeze({ kind: "public" });

/** Who calls a route. Throws the 400s and 401s of the catalogue, `csrf_failed` and `ip_not_allowed`. */
export async function identify(
  services: Services,
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
  return token ? identifyPerson(services, request, token) : identifyKey(services, request);
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

async function identifyKey(services: Services, { headers, raw, url }: FastifyRequest) {
  const query = url.split("?", 2)[1] ?? "";
  const address = clientAddress(raw, services.config.trustedProxies);
  return authenticate(services, { headers, rawHeaders: raw.rawHeaders, query, address });
}

async function identifyPerson(
  services: Services,
  { raw, url }: FastifyRequest,
  token: string,
): Promise<Caller> {
  checkOrigin(services.config, raw);
  const organizationId = readOrganizationParameter(url.split("?", 2)[1] ?? "");
  const person = await authenticatePerson(services, { token, organizationId });
  return isOperator(person)
    ? { kind: "operator", keyId: null, person }
    : { kind: "person", person };
}
