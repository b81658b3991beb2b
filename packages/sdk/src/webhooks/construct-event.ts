/* oxlint-disable max-params -- constructEvent has the arguments that Stripe's library has taught everybody. */
import { readBody } from "./body.ts";
import { readEvent, type EventOf, type WebhookEvent } from "./event.ts";
import type { WebhookFormat, WebhookFormatName } from "./formats.ts";
import type { HeaderBag } from "./headers.ts";
import type { VerificationFailure } from "./inspect.ts";
import { verify } from "./verify.ts";

/** Why an event was not taken: six ways in which a signature fails, and two in which a signed body is no event. */
export type RefusalReason = VerificationFailure | "malformed_body" | "body_too_large";

const MESSAGES: Readonly<Record<RefusalReason, string>> = {
  missing_header: "A header that the signature needs is missing.",
  malformed_header: "A header that the signature needs does not have the form of this format.",
  timestamp_too_old: "The signed time is too far in the past: a replay, or a wrong clock.",
  timestamp_too_new: "The signed time is in the future: a wrong clock.",
  no_matching_signature: "No signature matches: another secret, or another body than was signed.",
  body_already_parsed:
    "The body was parsed before its signature was checked. Give the raw bytes: mount the handler before " +
    "express.json() and its like, or keep the bytes in request.rawBody.",
  malformed_body: "The signature is right, but the body is no event of this format.",
  body_too_large: "The body is larger than is accepted.",
};

/** The only error that verifying throws for what a request contains. Its message holds nothing of the request. */
export class WebhookVerificationError extends Error {
  override readonly name = "WebhookVerificationError";
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason) {
    super(MESSAGES[reason]);
    this.reason = reason;
  }
}

export interface ConstructOptions {
  /** The name of a built-in format, or one of your own from `defineFormat`. */
  readonly format: WebhookFormatName | "twilio" | WebhookFormat;
  /** Instead of the format's own; without effect where the time is not signed. */
  readonly toleranceSeconds?: number;
  /** Needed for `twilio`: the address as it is configured there. */
  readonly url?: string;
  /** Milliseconds since the epoch; the present time when absent. */
  readonly now?: number;
}

export interface VerifyRequestOptions extends ConstructOptions {
  readonly secret: string | readonly string[];
  /** 1 MiB when absent. */
  readonly bodyBytesMax?: number;
}

/**
 * Verifies a raw body and answers its event. Throws a `WebhookVerificationError` for whatever a request contains, and
 * a `TypeError` for a secret, a format or an address that cannot work.
 *
 * ```ts
 * const event = constructEvent(rawBody, request.headers, secret, { format: "fanfare/guide" });
 * ```
 */
export function constructEvent<Events extends object = Record<string, unknown>>(
  rawBody: Uint8Array | string,
  headers: HeaderBag,
  secret: string | readonly string[],
  options: ConstructOptions,
): EventOf<Events, keyof Events & string> {
  const { format } = options;
  const verification = verify({ ...options, headers, body: rawBody, secret });
  if (!verification.ok) throw new WebhookVerificationError(verification.reason);
  const event: WebhookEvent | undefined = readEvent({ format, headers, body: rawBody });
  if (event === undefined) throw new WebhookVerificationError("malformed_body");
  // Proof: none that a program could give; the sender's catalogue says which data a type has.
  return event as EventOf<Events, keyof Events & string>;
}

/**
 * The same for a `Request` of the Fetch API, whose body is read here.
 *
 * ```ts
 * const event = await verifyWebhook(request, { format: "standard", secret });
 * ```
 */
export async function verifyWebhook<Events extends object = Record<string, unknown>>(
  request: Request,
  options: VerifyRequestOptions,
): Promise<EventOf<Events, keyof Events & string>> {
  const body = await readBody(request, options.bodyBytesMax);
  if (typeof body === "string") throw new WebhookVerificationError(body);
  return constructEvent<Events>(body, request.headers, options.secret, options);
}
