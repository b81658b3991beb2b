import { formatId } from "../domain/id.ts";
import type { Scope } from "../domain/scope.ts";
import { ApiError } from "../errors.ts";
import { deleteListener, findListener, type ListenerId } from "../store/listeners.ts";
import { bumpRoutingVersion } from "../store/organizations.ts";
import type { ListenerContext } from "./context.ts";

/** Ends a listener; what waits for it is forgotten. Throws `not_found`. */
export async function endListener(
  { sql, audit }: Pick<ListenerContext, "sql" | "audit">,
  { id, scope }: { readonly id: ListenerId; readonly scope: Scope },
): Promise<void> {
  await sql.begin(async (tx) => {
    const listener = await findListener(tx, id, scope);
    if (!listener) throw new ApiError("not_found");
    const { organizationId, name } = listener;
    await bumpRoutingVersion(tx, organizationId);
    await deleteListener(tx, id);
    const object = { kind: "listener", id: formatId("lsn", id) };
    await audit(tx, { organizationId, action: "listeners.delete", object, before: { name } });
  });
}
