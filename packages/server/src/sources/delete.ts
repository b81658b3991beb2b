import { markSourceDeleted } from "../store/sources.ts";
import { auditSource, getLockedSource, type SourceAddress, type SourceContext } from "./context.ts";

/**
 * Deletes a source: from now on its URL is one like any other that does not exist. What it has received is removed in
 * the background; events that were made of it stay. Throws `not_found`.
 */
export async function endSource(context: SourceContext, address: SourceAddress): Promise<void> {
  await context.sql.begin(async (tx) => {
    const source = await getLockedSource(tx, address);
    await markSourceDeleted(tx, source.id);
    const { name, provider } = source;
    const before = { name, provider };
    await auditSource(context, tx, { action: "sources.delete", source, before });
  });
}
