import { databaseFailure } from "../db/sqlstate.ts";
import { formatId } from "../domain/id.ts";
import { loggedUrl } from "../domain/logged-url.ts";
import type { AttemptResult } from "../domain/outcome.ts";
import { newestSecret } from "../domain/secret.ts";
import { ISOLATED_FROM_LOST } from "../limits.ts";
import { withSpan } from "../domain/traceparent.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/log.ts";
import { randomBytes } from "../platform/random.ts";
import type { Platforms } from "../platforms.ts";
import type { LeasedDelivery } from "../store/leases.ts";
import type { DeliveryEndpoint, DeliveryEndpoints } from "./endpoints.ts";
import type { Pressure } from "./lanes.ts";
import { sendApart, type Isolation, type Made } from "./isolation.ts";
import { bodyHash, checkBody, prepare } from "./prepare.ts";
import type { Sender } from "./send.ts";
import { BROKEN, type Settler } from "./settle.ts";

/** How a start ended: `unused` when nothing was sent, so that the lease can be given back. */
export type AttemptEnd =
  | { readonly kind: "unused" }
  | { readonly kind: "sent"; readonly pressure: Pressure; readonly result: AttemptResult };

/**
 * Makes one attempt of a leased delivery and hands its result to the settler; never rejects. `mayStart` is asked again
 * after a wait for the database: behind a cut connection that outlasts the lease, and others have sent meanwhile.
 */
export type Attempt = (
  delivery: LeasedDelivery,
  mayStart: () => boolean,
  signWith?: SignWith,
) => Promise<AttemptEnd>;

/** `newest`: the newest secret alone, a staged one included, to try it before it counts. */
export type SignWith = "signing" | "newest";

const UNUSED: AttemptEnd = Object.freeze({ kind: "unused" });

export interface AttemptOptions {
  readonly clock: Clock;
  /** What time it is for signatures, in milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Logger;
  readonly platforms: Platforms;
  readonly endpoints: DeliveryEndpoints;
  readonly sender: Sender;
  readonly isolation: Isolation;
  readonly settler: Settler;
}

export function createAttempt(options: AttemptOptions): Attempt {
  const { clock, now, log, platforms, endpoints, sender, isolation, settler } = options;

  async function attempt(
    delivery: LeasedDelivery,
    mayStart: () => boolean,
    signWith: SignWith | undefined,
  ): Promise<AttemptEnd> {
    const known = endpoints.known(delivery.endpointId);
    // An await costs a turn of the microtask queue; the common case needs none.
    const endpoint = known ?? (await endpoints.load(delivery.endpointId).catch(unreadable));
    // Deleted, paused or on hold since the lease was taken: the delivery goes back as it was.
    if (!endpoint || endpoint.isDeleted || (!known && !mayStart())) return UNUSED;
    if (!delivery.isTest && isHeld(endpoint, clock.monotonic())) return UNUSED;
    const startedAt = now();
    const format = platforms.format(delivery.wireFormat);
    const context = { format, now: startedAt, traceparent: spanOf(delivery) };
    const made =
      delivery.lostCount < ISOLATED_FROM_LOST
        ? await send(delivery, withSecrets(endpoint, signWith), context)
        : await sendApart(isolation, delivery, { ...context, endpoint });
    if (!made) return UNUSED;
    settle(delivery, endpoint, { ...made, startedAt });
    return { kind: "sent", pressure: pressureOf(made.result), result: made.result };
  }

  async function send(
    delivery: LeasedDelivery,
    endpoint: Parameters<typeof prepare>[1],
    context: Parameters<typeof prepare>[2],
  ): Promise<Made> {
    const prepared = prepare(delivery, endpoint, context);
    checkBody(delivery, prepared);
    const result = await sender.send(prepared.request);
    return { ...prepared, bodySha256: () => bodyHash(prepared.request.body), result };
  }

  function settle(
    delivery: LeasedDelivery,
    endpoint: DeliveryEndpoint,
    made: Made & { readonly startedAt: number },
  ): void {
    const { startedAt, result, signature, secretIds, customHeaders } = made;
    const isFirstFailure = result.outcome !== "delivered" && delivery.bodySha256 === null;
    settler.settle({
      delivery,
      endpoint,
      startedAt,
      endedAt: clock.monotonic(),
      result,
      url: endpoint.url,
      signature,
      secretIds,
      customHeaders,
      bodySha256: isFirstFailure ? made.bodySha256() : null,
    });
    logAttempt(log, delivery, { url: endpoint.url, traceparent: made.traceparent, result });
  }

  return (delivery, mayStart, signWith) =>
    attempt(delivery, mayStart, signWith).catch((error: unknown) =>
      settleBroken(options, delivery, error),
    );
}

function isHeld(endpoint: DeliveryEndpoint, now: number): boolean {
  return endpoint.state !== "active" || endpoint.isAllPaused || endpoint.heldUntil > now;
}

/** The endpoint as it is but for a trial: the common case makes nothing. */
export function withSecrets<Endpoint extends Pick<DeliveryEndpoint, "secrets">>(
  endpoint: Endpoint,
  signWith: SignWith | undefined,
): Endpoint {
  if (signWith !== "newest") return endpoint;
  return { ...endpoint, secrets: [newestSecret(endpoint.secrets)] };
}

function settleBroken(
  { log, settler, clock, now }: Pick<AttemptOptions, "log" | "settler" | "clock" | "now">,
  delivery: LeasedDelivery,
  error: unknown,
): AttemptEnd {
  // A bug must cost this delivery an attempt at most, and never stop the dispatcher.
  log.error({ event: "attempt.broken", deliveryId: formatId("dlv", delivery.id), error });
  settler.settle({
    delivery,
    endpoint: undefined,
    startedAt: now(),
    endedAt: clock.monotonic(),
    result: BROKEN,
    url: "",
    signature: "",
    secretIds: [],
    customHeaders: [],
    bodySha256: null,
  });
  return { kind: "sent", pressure: "neutral", result: BROKEN };
}

/** Each attempt is a span of its own in the trace of its event. */
function spanOf({ traceparent }: LeasedDelivery): string | null {
  return traceparent && withSpan(traceparent, randomBytes(8).toString("hex"));
}

/** Without the database nothing is sent, and waiting for it spends no attempt; a broken secret does. */
function unreadable(error: unknown): undefined {
  if (databaseFailure(error) === undefined) throw error;
}

function logAttempt(
  log: Logger,
  delivery: LeasedDelivery,
  made: {
    readonly url: string;
    readonly traceparent: string | null;
    readonly result: AttemptResult;
  },
): void {
  const { result, traceparent } = made;
  const { outcome, status, durationMs } = result;
  const level = outcome === "delivered" ? "debug" : "info";
  if (!log.isLevelEnabled(level)) return;
  log[level]({
    event: "delivery.attempted",
    deliveryId: formatId("dlv", delivery.id),
    endpointId: formatId("ep", delivery.endpointId),
    url: loggedUrl(made.url),
    attempt: delivery.attemptNumber,
    outcome,
    status,
    error: result.error?.code,
    durationMs,
    ...(traceparent === null ? {} : { traceparent }),
  });
}

/** What slows an endpoint down: time-outs, refused connections, 429 and 5xx. Other answers say nothing about load. */
function pressureOf({ outcome, status }: AttemptResult): Pressure {
  if (outcome === "delivered") return "ok";
  const isOverloaded = status === 429 || (status !== null && status >= 500);
  if (isOverloaded || outcome === "timeout" || outcome === "connection_error") return "struggling";
  return "neutral";
}
