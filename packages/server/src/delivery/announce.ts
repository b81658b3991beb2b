import type { Pool, Sql } from "../db/pool.ts";
import { asId, formatId } from "../domain/id.ts";
import { isOperationalType, operationalData } from "../domain/operational-event.ts";
import {
  ALERT_MAIL_EVERY_MS,
  ANNOUNCEMENTS_BATCH_MAX,
  FAILING_ANNOUNCED_AFTER_MS,
  NOTICE_DELIVERIES_SEEN_MAX,
  NOTICES_BUSY_MS,
  NOTICES_EVERY_MS,
} from "../limits.ts";
import { assert } from "../platform/assert.ts";
import type { Clock } from "../platform/clock.ts";
import { startLoop, type Loop } from "../platform/loop.ts";
import { newUuid } from "../platform/random.ts";
import {
  listFailingEndpoints,
  takeAnnouncements,
  type Announcement,
  type FailingEndpoint,
} from "../store/announcements.ts";
import {
  closeNotices,
  openNotice,
  tryLockNotices,
  type ClosedNotice,
  type NewNotice,
} from "../store/notices.ts";
import { tellEndings } from "./announce-endings.ts";
import {
  insertOperationalEvents,
  subjectOf,
  type OperationalContext,
  type OperationalEvent,
} from "./operational.ts";

export interface AnnouncerOptions extends OperationalContext {
  readonly sql: Pool;
  readonly clock: Clock;
  /** Operational events are due. */
  readonly onDue: () => void;
  /** There are notices that people should hear of. */
  readonly onNotice: () => void;
}

/**
 * Tells what has happened to endpoints and deliveries: makes notices, and operational events for the endpoints that ask
 * for them. One transaction takes the facts and stores what is made of them, so a crash repeats all of it or nothing.
 * Any number of nodes may run it; one at a time works.
 *
 * Operational events never cause each other for ever. An exhausted delivery of one makes a notice only, and an endpoint
 * counts as failing for others only while an event of the organization's own is among what it fails at; those are
 * finite, and so is what follows from them.
 */
export function startAnnouncer(options: AnnouncerOptions): Loop {
  const { sql, clock, log, onDue, onNotice } = options;
  async function step(): Promise<number | void> {
    let told: Told | undefined;
    await sql.begin(async (tx) => {
      if (await tryLockNotices(tx)) told = await tell(options, tx);
    });
    if (told === undefined) return NOTICES_BUSY_MS;
    if (told.deliveryCount > 0) onDue();
    if (told.noticeCount > 0) onNotice();
    return told.isMore ? 0 : undefined;
  }
  return startLoop({ name: "notices", clock, log, pauseMs: NOTICES_EVERY_MS, step });
}

interface Told {
  readonly noticeCount: number;
  readonly deliveryCount: number;
  readonly isMore: boolean;
}

async function tell(options: AnnouncerOptions, tx: Sql): Promise<Told> {
  const { log } = options;
  const facts = await takeAnnouncements(tx, ANNOUNCEMENTS_BATCH_MAX);
  const failing = await listFailingEndpoints(tx, {
    afterMs: FAILING_ANNOUNCED_AFTER_MS,
    seenMax: NOTICE_DELIVERIES_SEEN_MAX,
    limit: ANNOUNCEMENTS_BATCH_MAX,
    wireFormats: formatsThatTell(options, "endpoint.failing"),
  });
  const wanted = facts.filter((fact) => isWanted(options, fact));
  const notices = [...exhaustedNotices(wanted), ...disabledNotices(wanted)].concat(
    failing.map(failingNotice),
  );
  for (const notice of notices) await openNotice(tx, notice);
  const endings = await tellEndings(tx);
  // Last: what was opened just now may be over already.
  const closed = await closeNotices(tx, ALERT_MAIL_EVERY_MS);
  const events = [
    ...wanted.flatMap(toEvent),
    ...failing.filter(({ hasOwnEvents }) => hasOwnEvents).map(failingEvent),
    ...closed.flatMap(recoveredEvent),
  ];
  const deliveryCount = await insertOperationalEvents(options, tx, events);
  for (const { kind, endpointId, deliveryCount: deliveries } of notices) {
    log.warn({ event: "notice", kind, endpointId: formatId("ep", endpointId), deliveries });
  }
  const isMore = [facts, failing].some((list) => list.length === ANNOUNCEMENTS_BATCH_MAX);
  return { noticeCount: notices.length + endings, deliveryCount, isMore };
}

type NotifyOn = "endpoint.failing" | "endpoint.disabled" | "delivery.exhausted";

function formatsThatTell({ platforms }: AnnouncerOptions, kind: NotifyOn): string[] {
  const formats = platforms.list().map(({ wireFormat }) => wireFormat);
  return formats.filter(({ delivery }) => delivery.notifyOn.includes(kind)).map(({ id }) => id);
}

/** A format that is new to this node cannot say that it wants silence. */
function isWanted({ platforms }: AnnouncerOptions, { kind, wireFormat }: Announcement): boolean {
  return platforms.findFormat(wireFormat)?.delivery.notifyOn.includes(kind) ?? true;
}

/** One for each endpoint, however many of its deliveries have failed. */
function exhaustedNotices(facts: readonly Announcement[]): NewNotice[] {
  const exhausted = facts.filter(
    ({ kind, isDeleted }) => kind === "delivery.exhausted" && !isDeleted,
  );
  const byEndpoint = Map.groupBy(exhausted, ({ endpointId }) => endpointId);
  return [...byEndpoint.values()].flatMap((group) => {
    const [first, last] = [group[0], group.at(-1)];
    if (!first || !last) return [];
    return [
      {
        ...newNotice(first, "delivery.exhausted", first.occurredAt),
        deliveryCount: group.length,
        lastAt: last.occurredAt,
        lastOutcome: last.lastOutcome,
        lastStatus: last.lastStatus,
      },
    ];
  });
}

function disabledNotices(facts: readonly Announcement[]): NewNotice[] {
  return facts
    .filter(({ kind, isDeleted }) => kind === "endpoint.disabled" && !isDeleted)
    .map((fact) => ({
      ...newNotice(fact, "endpoint.disabled", fact.occurredAt),
      reason: fact.reason,
    }));
}

function failingNotice(endpoint: FailingEndpoint): NewNotice {
  const { failingSince, lastOutcome, lastStatus, hasOwnEvents } = endpoint;
  const notice = newNotice(endpoint, "endpoint.failing", failingSince);
  return { ...notice, lastOutcome, lastStatus, isPublished: hasOwnEvents };
}

function newNotice(
  { organizationId, endpointId }: Pick<NewNotice, "organizationId" | "endpointId">,
  kind: NewNotice["kind"],
  at: Date,
): NewNotice {
  return {
    id: asId<"ntc">(newUuid()),
    organizationId,
    endpointId,
    kind,
    deliveryCount: 0,
    firstAt: at,
    lastAt: at,
    lastOutcome: null,
    lastStatus: null,
    reason: null,
    isPublished: true,
  };
}

function toEvent(fact: Announcement): OperationalEvent[] {
  return fact.kind === "endpoint.disabled" ? [disabledEvent(fact)] : exhaustedEvent(fact);
}

function disabledEvent(fact: Announcement): OperationalEvent {
  const { organizationId, occurredAt, reason } = fact;
  const type = "endpoint.disabled";
  const facts = { reason: reason ?? "person", disabledAt: occurredAt.toISOString() };
  const data = operationalData<typeof type>(subjectOf(fact), facts);
  return { organizationId, type, occurredAt, data };
}

function exhaustedEvent(fact: Announcement): OperationalEvent[] {
  const { organizationId, occurredAt, deliveryId, eventId, eventType } = fact;
  if (eventType !== null && isOperationalType(eventType)) return [];
  assert(deliveryId !== null && eventId !== null, "an exhausted delivery names itself");
  const type = "delivery.exhausted";
  const data = operationalData<typeof type>(subjectOf(fact), {
    deliveryId: formatId("dlv", deliveryId),
    eventId: formatId("evt", eventId),
    eventType,
    attempts: fact.attempts ?? 0,
    lastOutcome: fact.lastOutcome,
    lastStatus: fact.lastStatus,
    failedAt: occurredAt.toISOString(),
  });
  return [{ organizationId, type, occurredAt, data }];
}

function failingEvent(endpoint: FailingEndpoint): OperationalEvent {
  const { organizationId, failingSince, lastOutcome, lastStatus } = endpoint;
  const type = "endpoint.failing";
  const facts = { failingSince: failingSince.toISOString(), lastOutcome, lastStatus };
  const data = operationalData<typeof type>(subjectOf(endpoint), facts);
  return { organizationId, type, occurredAt: failingSince, data };
}

/** Only what was told as failing is told as recovered. */
function recoveredEvent(notice: ClosedNotice): OperationalEvent[] {
  const { organizationId, resolvedAt, firstAt } = notice;
  const isRecovery = notice.kind === "endpoint.failing" && !notice.isDeleted && notice.isPublished;
  if (!isRecovery) return [];
  const type = "endpoint.recovered";
  const facts = { failingSince: firstAt.toISOString(), recoveredAt: resolvedAt.toISOString() };
  const data = operationalData<typeof type>(subjectOf(notice), facts);
  return [{ organizationId, type, occurredAt: resolvedAt, data }];
}
