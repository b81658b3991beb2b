import { isUtf8 } from "node:buffer";
import * as z from "zod";
import { buildBody } from "../domain/wire-body.ts";
import { signedId } from "../domain/wire-format.ts";
import { ApiError } from "../errors.ts";
import { signedText, type CompiledFormat } from "../platforms.ts";
import { findAttempt } from "../store/attempts.ts";
import { findDelivery } from "../store/deliveries.ts";
import { findEvent } from "../store/events.ts";
import { requestHeaders } from "./attempt-view.ts";
import { deliveryAddress, deliveryQuery } from "./delivery-address.ts";
import { route, type Route } from "./route.ts";

/** A request to the byte, and what its signature covers. */
export const sentRequestObject = z
  .object({
    method: z.literal("POST"),
    url: z.string(),
    /** Values of custom headers are masked. */
    headers: z.record(z.string(), z.string()),
    body: z.string(),
    /** `base64` when the body is no UTF-8. */
    bodyEncoding: z.enum(["utf8", "base64"]),
    bytes: z.int(),
    signature: z.object({
      /** Names the scheme; `{event.id}`, `{timestamp}` and `{body}` stand for what is signed. */
      scheme: z.string(),
      content: z.string(),
      encoding: z.enum(["hex", "base64"]),
      /** The text whose HMAC-SHA-256 the signature is; null when the body is no UTF-8. */
      signedText: z.string().nullable(),
    }),
  })
  .meta({ id: "SentRequest" });

const read = route({
  method: "GET",
  path: "/api/deliveries/:id/attempts/:number/request",
  action: "deliveries.read",
  audience: "organization",
  summary: "Shows the request of an attempt, to the byte, and the text that its signature covers.",
  params: z.object({ id: z.string(), number: z.string() }),
  query: deliveryQuery,
  status: 200,
  response: sentRequestObject,
  async handle({ services, ...call }) {
    const { sql, platforms } = services;
    const { id, scope } = deliveryAddress(call);
    const delivery = await findDelivery(sql, id, scope);
    const number = readNumber(call.params.number);
    const attempt = delivery && number && (await findAttempt(sql, id, number));
    if (!attempt) throw new ApiError("not_found");
    const headers = requestHeaders(services, delivery, attempt);
    const event = await findEvent(sql, delivery.eventId, scope);
    // Nothing was sent, nobody knows whether it was, or the payload is gone.
    if (!headers || !event || event.purgedAt !== null || attempt.url === null) {
      throw new ApiError("not_found");
    }
    const format = platforms.format(delivery.wireFormat);
    const ids = {
      eventId: delivery.eventId,
      deliveryId: delivery.id,
      organizationId: delivery.organizationId,
    };
    const { type, occurredAt, data } = event;
    const body = buildBody(format, { ...ids, type, occurredAt, data });
    const timestamp = Math.floor(attempt.startedAt.getTime() / 1000);
    const signed = { id: signedId(format, ids), timestamp };
    const answer = showRequest(format, { url: attempt.url, headers, body, signed });
    return { body: answer };
  },
});

/** A request as the API shows it; `headers` are masked by the caller. */
export function showRequest(
  format: CompiledFormat,
  request: {
    readonly url: string;
    readonly headers: Record<string, string>;
    readonly body: Buffer;
    readonly signed: { readonly id: string; readonly timestamp: number };
  },
): z.output<typeof sentRequestObject> {
  const { url, headers, body, signed } = request;
  const text = isUtf8(body) ? body.toString() : null;
  const { scheme, content, encoding } = format.signature;
  return {
    method: "POST",
    url,
    headers,
    body: text ?? body.toString("base64"),
    bodyEncoding: text === null ? "base64" : "utf8",
    bytes: body.length,
    signature: {
      scheme,
      content,
      encoding,
      signedText: text === null ? null : signedText(format, { ...signed, body: text }),
    },
  };
}

/** Undefined for what cannot be the number of an attempt. */
function readNumber(text: string): number | undefined {
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}

export const sentRequestRoutes: readonly Route[] = [read];
