import type { Pool } from "../db/pool.ts";
import { databaseFailure } from "../db/sqlstate.ts";
import type { Acceptor, PublishedEvent } from "../delivery/accept.ts";
import { asId, formatId, type EventId } from "../domain/id.ts";
import { mapReceipt, type MappedReceipt } from "../domain/receipt-event.ts";
import { ApiError } from "../errors.ts";
import { RECEIPT_CLAIM_MS, RECEIPT_POLL_MS, RECEIPTS_MAPPED_MAX } from "../limits.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/log.ts";
import { startLoop, type Loop } from "../platform/loop.ts";
import { newUuid } from "../platform/random.ts";
import type { Overlays } from "../nodes/overlays.ts";
import type { Platforms } from "../platforms.ts";
import { listKnownEvents } from "../store/events.ts";
import {
  claimReceipts,
  parkReceipts,
  releaseReceipts,
  settleReceipts,
  unparkReceipts,
  type ClaimedReceipt,
  type SettledReceipt,
} from "../store/receipt-claims.ts";

export interface MapperOptions {
  readonly sql: Pool;
  readonly clock: Clock;
  readonly log: Logger;
  /** Of its own: a batch that fails must fail nobody else's events. */
  readonly acceptor: Pick<Acceptor, "accept">;
  readonly platforms: Pick<Platforms, "get">;
  readonly overlays: Overlays;
  readonly onMapped: (outcome: SettledReceipt["outcome"]) => void;
}

const UNPARKED_MAX = 1_000;

/**
 * Makes events of verified receipts, exactly one of each. The event's id is chosen when a receipt is claimed and stays
 * with it; so a node may end at any point, and whoever claims the receipt next sees whether that event is there already.
 * Two nodes at once cannot both store it: id and idempotency key are the same.
 */
export function startMapper(options: MapperOptions): Loop {
  const { sql, clock, log } = options;

  async function step(): Promise<number | void> {
    const unparked = await sql.begin((tx) => unparkReceipts(tx, UNPARKED_MAX));
    const eventIds = Array.from({ length: RECEIPTS_MAPPED_MAX }, () => asId<"evt">(newUuid()));
    const claimed = await claimReceipts(sql, { eventIds, claimMs: RECEIPT_CLAIM_MS });
    if (claimed.length > 0) {
      await options.overlays.refresh();
      await mapClaimed(options, claimed);
    }
    return claimed.length + unparked > 0 ? 0 : undefined;
  }

  return startLoop({ name: "receipt mapper", clock, log, pauseMs: RECEIPT_POLL_MS, step });
}

async function mapClaimed(
  options: MapperOptions,
  claimed: readonly ClaimedReceipt[],
): Promise<void> {
  const { sql } = options;
  const known = await findAccepted(options, claimed);
  const isAccepted = ({ eventId }: ClaimedReceipt) => known.has(eventId);
  const parked = claimed.filter((each) => each.isPaused && !isAccepted(each));
  if (parked.length > 0)
    await parkReceipts(
      sql,
      parked.map(({ id }) => id),
    );
  const open = claimed.filter((each) => !each.isPaused || isAccepted(each));
  const outcomes = await settleInTurn(open, (receipt) =>
    mapOne(options, receipt, isAccepted(receipt)),
  );
  const settled = outcomes.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  if (settled.length > 0) await settleReceipts(sql, settled);
  for (const { outcome } of settled) options.onMapped(outcome);
  const failed = outcomes.flatMap((each, index) => {
    const receipt = open[index];
    return each.status === "rejected" && receipt ? [{ receipt, error: each.reason }] : [];
  });
  if (failed.length > 0) await settleFailures(options, failed);
}

/**
 * All at once, so that they share a statement; but for those that were claimed before: one of them may have failed the
 * statement that all were in, and one by one it shows which.
 */
async function settleInTurn(
  receipts: readonly ClaimedReceipt[],
  map: (receipt: ClaimedReceipt) => Promise<SettledReceipt>,
): Promise<PromiseSettledResult<SettledReceipt>[]> {
  let before: Promise<unknown> = Promise.resolve();
  const results = receipts.map((receipt) => {
    if (receipt.claims === 1) return map(receipt);
    const result = before.then(() => map(receipt));
    before = result.catch(() => {});
    return result;
  });
  return Promise.allSettled(results);
}

/** Of receipts that were claimed before, the event may be there: its node has ended before it could say so. */
async function findAccepted(
  { sql }: MapperOptions,
  claimed: readonly ClaimedReceipt[],
): Promise<ReadonlySet<EventId>> {
  const again = claimed.filter(({ claims }) => claims > 1);
  return again.length === 0
    ? new Set()
    : listKnownEvents(
        sql,
        again.map(({ eventId }) => eventId),
      );
}

async function mapOne(
  { acceptor, platforms }: Pick<MapperOptions, "acceptor" | "platforms">,
  receipt: ClaimedReceipt,
  isAccepted: boolean,
): Promise<SettledReceipt> {
  const { id, organizationId, provider, scheme, headers, body, profile } = receipt;
  const header = (name: string) => headers[name];
  const receivedAt = receipt.receivedAt.getTime();
  const request = { provider, scheme, header, body, type: receipt.providerType, receivedAt };
  const mapped = mapReceipt(request, receipt, platforms.get(profile).catalogue);
  if (mapped.kind !== "event") return settledAs(id, mapped);
  if (!isAccepted) {
    const event = addressed(mapped, { organizationId, receipt });
    await acceptor.accept(event, receipt.eventId);
  }
  return { id, outcome: "published", reason: null, eventType: mapped.type };
}

function settledAs(
  id: ClaimedReceipt["id"],
  { kind, reason }: Exclude<MappedReceipt, { kind: "event" }>,
): SettledReceipt {
  return { id, outcome: kind, reason, eventType: null };
}

const NO_HASH = Buffer.alloc(32);

function addressed(
  { type, data, occurredAt }: Extract<MappedReceipt, { kind: "event" }>,
  { organizationId, receipt }: Pick<ClaimedReceipt, "organizationId"> & { receipt: ClaimedReceipt },
): PublishedEvent {
  return {
    organizationId,
    type,
    resource: null,
    orderingKey: null,
    occurredAt,
    data,
    // The blank keeps it apart from every key that a publisher can send.
    idempotencyKey: `receipt ${formatId("rcp", receipt.id)}`,
    bodySha256: NO_HASH,
    traceparent: null,
  };
}

interface Failed {
  readonly receipt: ClaimedReceipt;
  readonly error: unknown;
}

/** A receipt whose event fails for ever must not come back for ever. */
const CLAIMS_MAX = 5;

/** What passes by itself is given back, and the loop comes to rest for a while; what does not is failed in the end. */
async function settleFailures(
  { sql, log, onMapped }: MapperOptions,
  failures: readonly Failed[],
): Promise<void> {
  const passing = failures.filter(({ error }) => isPassing(error));
  const others = failures.filter(({ error }) => !isPassing(error));
  const hopeless = others.filter(({ receipt }) => receipt.claims >= CLAIMS_MAX);
  const doubtful = others.filter((each) => !hopeless.includes(each));
  if (passing.length > 0) await releaseReceipts(sql, idsOf(passing), { isPassing: true });
  if (doubtful.length > 0) await releaseReceipts(sql, idsOf(doubtful), { isPassing: false });
  const settled = hopeless.map(({ receipt }): SettledReceipt => {
    return { id: receipt.id, outcome: "failed", reason: "internal", eventType: null };
  });
  if (settled.length > 0) await settleReceipts(sql, settled);
  for (const { receipt, error } of hopeless) {
    log.error({ event: "receipt.failed", receiptId: formatId("rcp", receipt.id), error });
    onMapped("failed");
  }
  const [first] = [...passing, ...doubtful];
  if (first) throw first.error;
}

const idsOf = (failures: readonly Failed[]) => failures.map(({ receipt }) => receipt.id);

function isPassing(error: unknown): boolean {
  if (error instanceof ApiError) return error.code !== "not_found";
  return databaseFailure(error) !== undefined;
}
