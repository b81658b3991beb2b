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

/** Who calls a route, when they may. Throws the 400s, 401s and 403s of the catalogue. */
export async function identify(
  services: Services,
  { audience, action }: Route,
  request: FastifyRequest,
): Promise<Caller> {
  if (audience === "public") return NOBODY;
  const { config } = services;
  const { headers, raw } = request;
  const isBare = headers.authorization === undefined && headers["x-api-key"] === undefined;
  const local = { headers, remoteAddress: raw.socket.remoteAddress };
  if (audience === "scraper" && isBare && isLocalScraper(config, local)) return NOBODY;
  const token = isBare ? readSessionCookie(config, headers) : undefined;
  const caller = token
    ? await identifyPerson(services, request, token)
    : await identifyKey(services, request);
  if (audience === "person") {
    if (caller.kind === "person" || (caller.kind === "operator" && caller.person)) return caller;
    throw new ApiError("session_required");
  }
  if (audience !== "organization" && caller.kind !== "operator") {
    throw new ApiError("operator_required");
  }
  requireAllowed(caller, action);
  return caller;
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
