import { changedFields } from "../domain/changed-fields.ts";
import type { Mapping } from "../domain/receipt-event.ts";
import type { Scheme, SourceStatus } from "../domain/source.ts";
import { requireVersion } from "../if-match.ts";
import { updateSource, type SourceRow } from "../store/sources.ts";
import {
  auditSource,
  catalogueOf,
  getLockedSource,
  getSource,
  type SourceAddress,
  type SourceContext,
} from "./context.ts";
import { judgeSource, requireSay } from "./rules.ts";

/** Undefined leaves a setting as it is. */
export interface SourcePatch {
  readonly name: string | undefined;
  readonly status: SourceStatus | undefined;
  readonly scheme: Scheme | null | undefined;
  readonly mapping: Mapping | null | undefined;
  readonly dropsOthers: boolean | undefined;
  readonly mayPublish: boolean;
  /** The version that the caller has read, or null for any. */
  readonly ifMatch: string | null;
}

/**
 * Changes a source. A new mapping counts for what waits, too; what was paused makes its events when it goes on. Throws
 * `not_found`, `version_conflict` and `invalid_request`.
 */
export function patchSource(
  context: SourceContext,
  address: SourceAddress,
  patch: SourcePatch,
): Promise<SourceRow> {
  return context.sql.begin(async (tx) => {
    const known = await getLockedSource(tx, address);
    requireVersion(known, patch.ifMatch);
    const { scheme, mapping, mayPublish } = patch;
    const rules = { catalogue: await catalogueOf(context, tx, known), mayPublish };
    // What is not touched was judged when it was set, by what was true then.
    const touched = {
      scheme: scheme === undefined ? known.scheme : scheme,
      mapping: mapping ?? null,
    };
    const judged = { provider: known.provider, ...touched, secret: undefined };
    judgeSource(judged, rules);
    if (scheme !== undefined) requireSay(known.mapping, rules);
    await updateSource(tx, {
      id: known.id,
      name: patch.name ?? known.name,
      status: patch.status ?? known.status,
      scheme: touched.scheme,
      mapping: mapping === undefined ? known.mapping : mapping,
      dropsOthers: patch.dropsOthers ?? known.dropsOthers,
    });
    const source = await getSource(tx, address);
    const changes = changedFields(shown(known), shown(source));
    await auditSource(context, tx, { action: "sources.update", source, ...changes });
    return source;
  });
}

const shown = ({ name, status, scheme, mapping, dropsOthers }: SourceRow) => ({
  name,
  status,
  scheme,
  mapping,
  dropsOthers,
});
