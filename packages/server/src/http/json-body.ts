import type { FastifyInstance } from "fastify";
import { scanObject } from "../domain/json-scan.ts";
import { ApiError, fieldError, invalidRequest } from "../errors.ts";
import { toApiError } from "./problem.ts";

const DEPTH_MAX = 32;

/** Makes JSON the only kind of body; what `checkMedia` refuses does not get here. */
export function parseJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, done) => {
    try {
      done(null, parseJson(Buffer.from(body)));
    } catch (error) {
      done(toApiError(error));
    }
  });
}

/** `undefined` for no bytes at all: whether that is enough is up to the route. */
export function parseJson(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  const scan = scanObject(body, { depthMax: DEPTH_MAX });
  if (scan.ok) return JSON.parse(body.toString());
  switch (scan.code) {
    case "json_malformed":
    case "body_empty":
    case "encoding_invalid":
      throw new ApiError(scan.code);
    case "event_not_object":
      throw invalidRequest([fieldError("", "invalid_type")]);
    default:
      throw invalidRequest([fieldError("", scan.code)]);
  }
}
