import assert from "node:assert/strict";
import { createHmac, timingSafeEqual } from "node:crypto";
import { Webhook as StandardWebhook } from "standardwebhooks";
import Stripe from "stripe";
import { Webhook as SvixWebhook } from "svix";

/** Judges a delivery as a customer's receiver would: returns when it accepts, throws when it refuses. Reads the real clock. */
export type Judge = (
  headers: Readonly<Record<string, string>>,
  body: Buffer,
  secret: string,
) => void;

/** The library of the Standard Webhooks project. */
const standardWebhooks: Judge = (headers, body, secret) => {
  new StandardWebhook(secret).verify(body, headers);
};

/** A second, independent implementation of the same specification. */
const svix: Judge = (headers, body, secret) => {
  new SvixWebhook(secret).verify(body, headers);
};

/** Stripe's scheme is the one of the Fanfare webhooks guide, so Stripe's own library can judge it. */
export const stripe: Judge = (headers, body, secret) => {
  const signature = headerOf(headers, "X-Fanfare-Signature");
  Stripe.webhooks.constructEvent(body, signature, secret);
};

/**
 * The receiver of the Fanfare webhooks guide: it takes the signature header apart by position, the first item being
 * the time and the second the signature, signs `time.body` with the secret as text, and allows five minutes.
 */
export const guideByPosition: Judge = (headers, body, secret) => {
  const [first, second] = headerOf(headers, "X-Fanfare-Signature").split(",");
  const time = first?.split("=")[1] ?? "";
  const received = second?.split("=")[1] ?? "";
  assert.ok(Math.abs(Date.now() - Number(time) * 1000) <= 5 * 60 * 1000, "outside five minutes");
  const expected = createHmac("sha256", secret).update(`${time}.`).update(body).digest("hex");
  demandEqual(received, expected);
};

/** The receiver of the planned custom webhooks: `sha256=` and the hex HMAC of the body, compared as a whole. */
const plannedReceiver: Judge = (headers, body, secret) => {
  const expected = createHmac("sha256", secret).update(body.toString("utf8")).digest("hex");
  demandEqual(headerOf(headers, "X-Fanfare-Signature"), `sha256=${expected}`);
  assert.match(headerOf(headers, "X-Fanfare-Timestamp"), /^\d{10}$/);
};

const standard: Judge = (headers, body, secret) => {
  standardWebhooks(headers, body, secret);
  svix(headers, body, secret);
  demandFields(body, { type: "string", timestamp: "string", data: "object" });
};

/** By the id of the profile whose wire format the delivery has. */
export const judges: Readonly<Record<string, Judge>> = {
  default: standard,
  fanhaven: standard,
  fabhub: standard,
  "fanfare/planned": (headers, body, secret) => {
    plannedReceiver(headers, body, secret);
    const fields = { id: "string", type: "string", timestamp: "string", data: "object" };
    demandFields(body, { ...fields, organization_id: "string" });
  },
  "fanfare/overview": (headers, body, secret) => {
    plannedReceiver(headers, body, secret);
    assert.equal(headerOf(headers, "Content-Type"), "application/json");
    assert.equal(headerOf(headers, "User-Agent"), "Fanfare-Webhooks/1.0");
    const event = demandFields(body, {
      id: "string",
      type: "string",
      timestamp: "string",
      organizationId: "string",
      data: "object",
    });
    assert.equal(headerOf(headers, "X-Fanfare-Event-Type"), event["type"]);
    assert.equal(headerOf(headers, "X-Fanfare-Delivery-Id"), event["id"]);
  },
  "fanfare/guide": (headers, body, secret) => {
    guideByPosition(headers, body, secret);
    stripe(headers, body, secret);
    const fields = { id: "string", type: "string", created: "number", data: "object" };
    demandFields(body, { ...fields, organizationId: "string" });
  },
};

function headerOf(headers: Readonly<Record<string, string>>, name: string): string {
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name.toLowerCase());
  assert.ok(found, `${name} is missing`);
  return found[1];
}

function demandEqual(received: string, expected: string): void {
  const [one, other] = [Buffer.from(received), Buffer.from(expected)];
  assert.ok(one.length === other.length && timingSafeEqual(one, other), "another signature");
}

function demandFields(
  body: Buffer,
  fields: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const event: unknown = JSON.parse(body.toString("utf8"));
  assert.ok(typeof event === "object" && event !== null);
  const members: Record<string, unknown> = { ...event };
  for (const [name, type] of Object.entries(fields)) assert.equal(typeof members[name], type, name);
  return members;
}
