/** Requests as providers send them, signed by their own libraries, and where they are sent. */
import * as crypto from "node:crypto";
import Stripe from "stripe";
import { Webhook as SvixWebhook } from "svix";
import twilio from "twilio";
import type { TestAnswer, TestServer } from "./server.ts";

export const SECRETS = {
  stripe: `whsec_${"a1B2".repeat(8)}`,
  twilio: "0123456789abcdef0123456789abcdef",
  resend: `whsec_${Buffer.alloc(24, 7).toString("base64")}`,
  standard: `whsec_${Buffer.alloc(32, 9).toString("base64")}`,
  github: "It's a Secret to Everybody",
  generic: "a secret of somebody else's",
} as const;

// oxlint-disable-next-line typescript/no-explicit-any -- Answers are read field by field in assertions.
type Json = any;

export interface SentRequest {
  readonly headers: Record<string, string>;
  readonly body: string | Buffer;
  /** With its question mark. */
  readonly query?: string;
}

/** An event of Stripe's with its signature; `at` is in milliseconds. */
export function fromStripe(
  event: unknown,
  { secret = SECRETS.stripe, at }: { readonly secret?: string; readonly at: number },
): SentRequest {
  const payload = JSON.stringify(event, null, 2);
  const timestamp = Math.floor(at / 1000);
  const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });
  return {
    headers: { "content-type": "application/json", "stripe-signature": signature },
    body: payload,
  };
}

/** A form of Twilio's, signed for an address; a list is a field that is there several times. */
export function fromTwilio(
  url: string,
  fields: Record<string, string | string[]>,
  secret: string = SECRETS.twilio,
): SentRequest {
  const pairs = Object.entries(fields).flatMap(([name, value]) =>
    [value].flat().map((each) => [name, each]),
  );
  return {
    headers: {
      "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
      "x-twilio-signature": twilio.getExpectedTwilioSignature(secret, url, fields),
    },
    body: new URLSearchParams(pairs).toString(),
  };
}

/** What Svix signs, under its names or those of Standard Webhooks. */
export function fromSvix(
  event: unknown,
  given: {
    readonly id: string;
    readonly at: number;
    readonly secret?: string;
    readonly names?: "svix" | "webhook";
  },
): SentRequest {
  const { id, at, secret = SECRETS.resend, names = "svix" } = given;
  const body = JSON.stringify(event);
  const signature = new SvixWebhook(secret).sign(id, new Date(at), body);
  return {
    headers: {
      "content-type": "application/json",
      [`${names}-id`]: id,
      [`${names}-timestamp`]: String(Math.floor(at / 1000)),
      [`${names}-signature`]: signature,
    },
    body,
  };
}

/** As GitHub's documentation has it: `sha256=` and the HMAC of the body. */
export function fromGithub(
  event: string,
  payload: unknown,
  { delivery, secret = SECRETS.github }: { readonly delivery: string; readonly secret?: string },
): SentRequest {
  const body = JSON.stringify(payload);
  const digest = crypto.createHmac("sha256", secret).update(body).digest("hex");
  return {
    headers: {
      "content-type": "application/json",
      "x-github-event": event,
      "x-github-delivery": delivery,
      "x-hub-signature-256": `sha256=${digest}`,
    },
    body,
  };
}

/** Sends what a provider would send; the answer's body is read as JSON where it is some. */
export async function sendToSource(url: string, request: SentRequest): Promise<TestAnswer> {
  const { headers, body, query = "" } = request;
  const response = await fetch(url + query, {
    method: "POST",
    headers,
    body: typeof body === "string" ? body : new Uint8Array(body),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") ?? false;
  return {
    status: response.status,
    headers: response.headers,
    body: isJson ? JSON.parse(text) : text,
  };
}

/** Makes a source over the API; throws what it answers instead. */
export async function makeSource(server: TestServer, body: object): Promise<Json> {
  const answer = await server.api("POST", "/api/sources", {
    organizationId: server.organizationId,
    ...body,
  });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return answer.body;
}
