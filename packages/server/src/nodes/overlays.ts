import type { Pool, Sql } from "../db/pool.ts";
import type { Platforms } from "../platforms.ts";
import {
  bumpProfileVersion,
  findProfileOverlay,
  listProfileVersions,
} from "../store/event-types.ts";
import { announceChange } from "../store/nodes.ts";
import { listPlanVersions } from "../store/plans.ts";
import type { ChangeFeed } from "./changes.ts";
import { ALL, createExactCache } from "./exact-cache.ts";

/**
 * Keeps what operators have changed of profiles in memory, where every rule reads it without waiting. Exact like any
 * cache here, at the doors: whoever is let in, or asks for an organization, has waited for `refresh`.
 */
export interface Overlays {
  /** Undefined when what is in memory may be used; else resolves when it may. Fails as the database does. */
  refresh(): Promise<unknown> | undefined;
}

const EVERYTHING = "profiles";

export function followOverlays(options: {
  readonly sql: Sql;
  readonly changes: Pick<ChangeFeed, "isTrusted" | "onChange">;
  readonly platforms: Pick<Platforms, "find" | "put">;
}): Overlays {
  const { sql, changes, platforms } = options;
  const cache = createExactCache<true>({
    changes,
    entriesMax: 1,
    concerns: (change) => (change.kind === "profile" ? ALL : undefined),
  });

  async function read(): Promise<true> {
    const versions = await listProfileVersions(sql);
    const newer = versions.filter(({ profile, version }) => {
      const known = platforms.find(profile);
      return known !== undefined && known.overlay.version < version;
    });
    for (const { profile } of newer) {
      const { version, eventTypes } = await findProfileOverlay(sql, profile);
      const [published] = await listPlanVersions(sql, profile, 1);
      platforms.put(profile, {
        version,
        eventTypes: new Map(eventTypes.map((row) => [row.type, row])),
        plans: published?.rules ?? null,
      });
    }
    return true;
  }

  return { refresh: () => (cache.get(EVERYTHING) ? undefined : cache.load(EVERYTHING, read)) };
}

/**
 * Runs `work` as the one who changes a profile, with the version that the profile has from then on, and announces the
 * change. Resolves when no node goes by the profile as it was.
 */
export async function changeProfile<T>(
  { sql, changes }: { readonly sql: Pool; readonly changes: Pick<ChangeFeed, "settled"> },
  profile: string,
  work: (tx: Sql, version: number) => Promise<T>,
): Promise<T> {
  const change = { kind: "profile", id: profile } as const;
  const { result, number } = await sql.begin(async (tx) => {
    const version = await bumpProfileVersion(tx, profile);
    const result = await work(tx, version);
    return { result, number: await announceChange(tx, change) };
  });
  await changes.settled(change, number);
  return result;
}
