import * as crypto from "node:crypto";
import { asId, type IdRange } from "../domain/id.ts";
import { fieldError, invalidRequest } from "../errors.ts";
import type { PageBounds } from "../store/page.ts";

/**
 * Cursors: the last id of a page and a hash of the filter, so that a cursor of another list is recognised.
 * They are opaque to callers, but hold nothing secret: knowing an id gives no access.
 */
export interface PageQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly sort: string;
  /** How the ids begin. */
  readonly id?: IdRange | undefined;
}

const UUID_LENGTH = 36;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const FILTER_LENGTH = 12;

/** Reads limit, cursor and sort; `filter` is everything else that defines the list. Throws `cursor_invalid`. */
export function pageBounds(query: PageQuery, filter: unknown): PageBounds {
  const { limit, sort, id: within } = query;
  const bounds = { limit: limit + 1, isDescending: sort.startsWith("-"), within };
  if (query.cursor === undefined) return { ...bounds, after: null };
  const last = Buffer.from(query.cursor, "base64url").toString("latin1", 0, UUID_LENGTH);
  // Compared as it was sent: decoding overlooks what follows the last whole byte.
  const isOurs = UUID.test(last) && query.cursor === cursorOf(last, query, filter);
  if (!isOurs) throw invalidRequest([fieldError("/cursor", "cursor_invalid")]);
  return { ...bounds, after: asId(last) };
}

/** The answer of a list route from up to `limit + 1` rows. */
export function pageReply<Row extends { readonly id: string }, Item>(
  page: { readonly rows: readonly Row[]; readonly query: PageQuery; readonly filter: unknown },
  present: (row: Row) => Item,
): { data: Item[]; nextCursor: string | null; hasMore: boolean } {
  const shown = page.rows.slice(0, page.query.limit);
  const last = shown.at(-1);
  const hasMore = page.rows.length > shown.length && last !== undefined;
  const nextCursor = hasMore ? cursorOf(last.id, page.query, page.filter) : null;
  return { data: shown.map(present), nextCursor, hasMore };
}

function cursorOf(id: string, { sort, id: within }: PageQuery, filter: unknown): string {
  const hash = crypto.hash("sha256", JSON.stringify([id, sort, filter, within]), "base64url");
  return Buffer.from(id + hash.slice(0, FILTER_LENGTH)).toString("base64url");
}
