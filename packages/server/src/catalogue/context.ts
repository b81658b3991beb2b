import type { Pool, Sql } from "../db/pool.ts";
import { eventTypesOf, type CatalogueEntry } from "../domain/catalogue.ts";
import { originOf, type Profile } from "../domain/profile.ts";
import {
  differingFields,
  fieldsOfEntry,
  type EventTypeChange,
} from "../domain/catalogue-overlay.ts";
import { fieldError, invalidRequest } from "../errors.ts";
import type { ChangeFeed } from "../nodes/changes.ts";
import { changeProfile } from "../nodes/overlays.ts";
import { OPERATOR, type Platform, type Platforms } from "../platforms.ts";
import type { Audit } from "../store/audit.ts";
import {
  findProfileOverlay,
  listTwoUsedProfiles,
  type EventTypeRow,
} from "../store/event-types.ts";

export interface CatalogueContext {
  readonly sql: Pool;
  readonly platforms: Pick<Platforms, "find" | "get">;
  readonly changes: Pick<ChangeFeed, "settled">;
  readonly audit: Audit;
}

/** An event type as operators see it. */
export interface OperatorsEventType extends CatalogueEntry {
  /** The profile whose file has it, or `operator`. */
  readonly origin: string;
  /** What of a profile's type the operator has changed. */
  readonly changed: readonly (keyof EventTypeChange)[];
  /** Counts on with each change; 0 while nobody has changed it. */
  readonly version: number;
  readonly updatedAt: Date | null;
  /** Since when; null where it is not deprecated, or only the profile's file says so. */
  readonly deprecatedAt: Date | null;
}

/** The catalogue of a profile with where everything in it comes from. */
export function listOperatorsTypes({
  profile,
  base,
  overlay,
}: Platform): readonly OperatorsEventType[] {
  const before = new Map(eventTypesOf(base).map((entry) => [entry.type, entry]));
  return eventTypesOf(profile).map((entry) => {
    const row = overlay.eventTypes.get(entry.type);
    const known = before.get(entry.type);
    return {
      ...entry,
      origin: known ? (originOf(base, "/catalogue/groups") ?? base.id) : OPERATOR,
      changed: known && row ? differingFields(fieldsOfEntry(known), row.change) : [],
      version: row?.version ?? 0,
      updatedAt: row?.updatedAt ?? null,
      deprecatedAt: row?.deprecatedAt ?? null,
    };
  });
}

/**
 * The profile that a call is about: the one it names, else the only one that organizations have. Throws
 * `profile_unknown`, and `profile_required` when there are several.
 */
export async function requireProfile(
  { sql, platforms }: Pick<CatalogueContext, "sql" | "platforms">,
  asked: string | undefined,
): Promise<Platform> {
  const used = asked === undefined ? await listTwoUsedProfiles(sql) : [asked];
  const [name = ""] = used;
  if (used.length > 1) throw invalidRequest([fieldError("/profile", "profile_required", name)]);
  const platform = platforms.find(name);
  if (!platform) throw invalidRequest([fieldError("/profile", "profile_unknown")]);
  return platform;
}

/** The catalogue as a transaction finds it: no other change comes between reading and writing. */
export interface OpenCatalogue {
  readonly profile: string;
  /** Of the profile after this transaction. */
  readonly version: number;
  readonly rows: ReadonlyMap<string, EventTypeRow>;
  /** As the profile's files say. */
  readonly base: ReadonlyMap<string, EventTypeChange>;
}

/** What a profile says of each of its types. */
export function baseOf(base: Profile): OpenCatalogue["base"] {
  return new Map(eventTypesOf(base).map((entry) => [entry.type, fieldsOfEntry(entry)]));
}

/**
 * Runs `work` with the catalogue of a profile locked, and announces that it has changed. Resolves when no node goes by
 * the old one any more.
 */
export async function changeCatalogue<T>(
  context: Pick<CatalogueContext, "sql" | "changes">,
  { base }: Platform,
  work: (tx: Sql, open: OpenCatalogue) => Promise<T>,
): Promise<T> {
  return changeProfile(context, base.id, async (tx, version) => {
    const { eventTypes } = await findProfileOverlay(tx, base.id);
    const rows = new Map(eventTypes.map((row) => [row.type, row]));
    return work(tx, { profile: base.id, version, rows, base: baseOf(base) });
  });
}
