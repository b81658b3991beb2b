import type { FastifyRequest } from "fastify";
import { authenticate, type Caller } from "../access/authenticate.ts";
import type { Route } from "./route.ts";
import { isLocalScraper } from "./scraper.ts";
import type { Services } from "./services.ts";

const NOBODY: Caller = Object.freeze({ kind: "public" });

/** Who calls a route. Throws the 400s and 401s of the catalogue. */
export function identify(
  { config, keys }: Pick<Services, "config" | "keys">,
  { audience }: Route,
  request: FastifyRequest,
): Caller | Promise<Caller> {
  if (audience === "public") return NOBODY;
  const { headers, raw } = request;
  const isBare = headers.authorization === undefined && headers["x-api-key"] === undefined;
  const local = { headers, remoteAddress: raw.socket.remoteAddress };
  if (audience === "scraper" && isBare && isLocalScraper(config, local)) return NOBODY;
  const query = request.url.split("?", 2)[1] ?? "";
  return authenticate(keys, { headers, rawHeaders: raw.rawHeaders, query });
}
