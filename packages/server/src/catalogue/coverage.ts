import type { Sql } from "../db/pool.ts";
import { eventTypesOf } from "../domain/catalogue.ts";
import { compileSubscription } from "../domain/event-type.ts";
import { isOperationalType } from "../domain/operational-event.ts";
import {
  COVERAGE_DAYS,
  COVERAGE_PAIRS_MAX,
  PUBLISHED_COUNTED_MAX,
  PUBLISHED_DAYS,
} from "../limits.ts";
import type { Platform } from "../platforms.ts";
import {
  countPublishedEvents,
  countSubscriptions,
  listPublishedTypes,
  type PublishedType,
} from "../store/event-types.ts";

/** What is published and what the catalogue has, side by side. */
export interface Coverage {
  /** Published in the last 30 days, and not in the catalogue. */
  readonly unlisted: readonly PublishedType[];
  /** In the catalogue, and not published in that time. */
  readonly unpublished: readonly string[];
  /** In the catalogue, and published. */
  readonly published: readonly PublishedType[];
  /** False when there were too many organizations to look at all: what is missing may be theirs. */
  readonly isComplete: boolean;
}

/** Operational events are the server's own: no catalogue lists them. */
export async function coverageOf(sql: Sql, { profile }: Platform): Promise<Coverage> {
  const asked = { profile: profile.id, days: COVERAGE_DAYS, pairsMax: COVERAGE_PAIRS_MAX };
  const { types, isComplete } = await listPublishedTypes(sql, asked);
  const listed = new Set(eventTypesOf(profile).map(({ type }) => type));
  const seen = new Set(types.map(({ type }) => type));
  return {
    unlisted: types.filter(({ type }) => !listed.has(type) && !isOperationalType(type)),
    unpublished: [...listed].filter((type) => !seen.has(type)),
    published: types.filter(({ type }) => listed.has(type)),
    isComplete,
  };
}

/** How many endpoints of a profile's organizations ask for each of its types. */
export async function subscribersOf(
  sql: Sql,
  { profile }: Platform,
): Promise<ReadonlyMap<string, number>> {
  const subscriptions = await countSubscriptions(sql, profile.id);
  const wanted = subscriptions.map(({ events, count }) => {
    return { wants: compileSubscription(events), count };
  });
  return new Map(
    eventTypesOf(profile).map(({ type }) => [
      type,
      wanted.reduce((sum, { wants, count }) => (wants(type) ? sum + count : sum), 0),
    ]),
  );
}

/** How many events of a type were published in a week. */
export interface PublishedCount {
  readonly count: number;
  /** True: there may be more; they are not counted to the end. */
  readonly isAtLeast: boolean;
}

/** Of each type of a profile's catalogue. */
export async function publishedOf(
  sql: Sql,
  { profile }: Platform,
): Promise<ReadonlyMap<string, PublishedCount>> {
  const types = eventTypesOf(profile).map(({ type }) => type);
  const { counts, isComplete } = await countPublishedEvents(sql, {
    profile: profile.id,
    types,
    days: PUBLISHED_DAYS,
    pairsMax: COVERAGE_PAIRS_MAX,
    countMax: PUBLISHED_COUNTED_MAX + 1,
  });
  return new Map(
    types.map((type) => {
      const counted = counts.get(type) ?? 0;
      const count = Math.min(counted, PUBLISHED_COUNTED_MAX);
      return [type, { count, isAtLeast: counted > count || !isComplete }];
    }),
  );
}
