import type { FastifyRequest } from "fastify";
import { authenticate, type Caller } from "../access/authenticate.ts";
import { requireAllowed } from "../access/gate.ts";
import { ApiError } from "../errors.ts";
import { clientAddress } from "./client-address.ts";
import type { Route } from "./route.ts";
import { isLocalScraper } from "./scraper.ts";
import type { Services } from "./services.ts";

const NOBODY: Caller = Object.freeze({ kind: "public" });

/** Who calls a route, when they may. Throws the 400s, 401s and 403s of the catalogue. */
export async function identify(
  services: Services,
  route: Route,
  request: FastifyRequest,
): Promise<Caller> {
  const { audience, action } = route;
  if (audience === "public") return NOBODY;
  const { config } = services;
  const { headers, raw } = request;
  const isBare = headers.authorization === undefined && headers["x-api-key"] === undefined;
  const local = { headers, remoteAddress: raw.socket.remoteAddress };
  if (audience === "scraper" && isBare && isLocalScraper(config, local)) return NOBODY;
  const query = request.url.split("?", 2)[1] ?? "";
  const address = clientAddress(raw, config.trustedProxies);
  const { rawHeaders } = raw;
  const caller = await authenticate(services, { headers, rawHeaders, query, address });
  if (audience !== "organization" && caller.kind !== "operator") {
    throw new ApiError("operator_required");
  }
  requireAllowed(caller, action);
  return caller;
}
