import type { Sql } from "../db/pool.ts";
import {
  GROUP_OF_OTHERS,
  reduceChange,
  type EventTypeChange,
} from "../domain/catalogue-overlay.ts";
import { changedFields } from "../domain/changed-fields.ts";
import { ApiError, fieldError, invalidRequest } from "../errors.ts";
import { requireVersion } from "../if-match.ts";
import { EVENT_TYPES_CHANGED_MAX } from "../limits.ts";
import type { Platform } from "../platforms.ts";
import { deleteEventType, putEventType } from "../store/event-types.ts";
import { changeCatalogue, type CatalogueContext, type OpenCatalogue } from "./context.ts";
import { tellDeprecation } from "./deprecation.ts";
import { judgeEntry, judgeName } from "./rules.ts";

/** Adds an event type to a profile's catalogue. Throws `invalid_request`, and `conflict` when there are too many. */
export async function createEventType(
  context: CatalogueContext,
  platform: Platform,
  asked: EventTypeChange & { readonly type: string },
): Promise<void> {
  const { type, ...change } = asked;
  const problems = [...judgeName(type), ...judgeEntry(change)];
  if (problems.length > 0) throw invalidRequest(problems);
  await changeCatalogue(context, platform, async (tx, open) => {
    if (open.base.has(type) || open.rows.has(type)) {
      throw invalidRequest([fieldError("/type", "type_taken")]);
    }
    const added = { ...change, group: change.group ?? GROUP_OF_OTHERS };
    await write(tx, open, { type, change: added });
    await note(context, tx, { open, type, action: "create", before: null, after: added });
  });
}

/** Changes what is named of an event type. Throws `not_found`, `version_conflict` and `invalid_request`. */
export async function updateEventType(
  context: CatalogueContext,
  platform: Platform,
  asked: {
    readonly type: string;
    readonly change: EventTypeChange;
    readonly ifMatch: string | null;
  },
): Promise<void> {
  const { type, ifMatch } = asked;
  await changeCatalogue(context, platform, async (tx, open) => {
    const row = open.rows.get(type);
    const base = open.base.get(type);
    if (!row && !base) throw new ApiError("not_found");
    requireVersion(row, ifMatch);
    const before = { ...base, ...row?.change };
    const after = { ...before, ...asked.change };
    const problems = judgeEntry(after);
    if (problems.length > 0) throw invalidRequest(problems);
    await write(tx, open, { type, change: { ...row?.change, ...asked.change } });
    await note(context, tx, { open, type, action: "update", before, after });
  });
}

/**
 * Takes back what operators have said of an event type: one of the profile's is as its file says again, one that was
 * added is gone. Throws `not_found`, `version_conflict`, and `event_type_of_profile` when there is nothing to take back.
 */
export async function resetEventType(
  context: CatalogueContext,
  platform: Platform,
  { type, ifMatch }: { readonly type: string; readonly ifMatch: string | null },
): Promise<void> {
  await changeCatalogue(context, platform, async (tx, open) => {
    const row = open.rows.get(type);
    const base = open.base.get(type);
    if (!row) throw new ApiError(base ? "event_type_of_profile" : "not_found");
    requireVersion(row, ifMatch);
    await deleteEventType(tx, open.profile, type);
    const before = { ...base, ...row.change };
    const said = { before: before.deprecated, after: base?.deprecated };
    await tellDeprecation(tx, { profile: open.profile, type }, said);
    await note(context, tx, { open, type, action: "delete", before, after: base ?? null });
  });
}

/** Stores what is the operator's; nothing, when that is what the profile says. Tells who listens when it is deprecated. */
export async function write(
  tx: Sql,
  open: OpenCatalogue,
  { type, change }: { readonly type: string; readonly change: EventTypeChange },
): Promise<void> {
  const { profile, version, rows } = open;
  const base = open.base.get(type);
  const own = base ? reduceChange(base, change) : change;
  const before = { ...base, ...rows.get(type)?.change };
  const after = { ...base, ...change };
  const said = { before: before.deprecated, after: after.deprecated };
  await tellDeprecation(tx, { profile, type }, said);
  if (base && Object.keys(own).length === 0) return deleteEventType(tx, profile, type);
  if (!rows.has(type) && rows.size >= EVENT_TYPES_CHANGED_MAX) throw tooMany();
  await putEventType(tx, { profile, type, change: own, version });
}

function tooMany(): ApiError {
  const detail = `A profile has at most ${EVENT_TYPES_CHANGED_MAX} event types that were added or changed.`;
  return new ApiError("conflict", { detail });
}

function note(
  { audit }: Pick<CatalogueContext, "audit">,
  tx: Sql,
  change: {
    readonly open: OpenCatalogue;
    readonly type: string;
    readonly action: "create" | "update" | "delete";
    readonly before: EventTypeChange | null;
    readonly after: EventTypeChange | null;
  },
): Promise<void> {
  const { open, type, action } = change;
  const of = { profile: open.profile };
  const { before, after } = changedFields(
    change.before && { ...change.before },
    change.after && { ...change.after },
  );
  return audit(tx, {
    organizationId: null,
    action: `event-types.${action}`,
    object: { kind: "event-type", id: type },
    before: before && { ...of, ...before },
    after: after && { ...of, ...after },
  });
}
