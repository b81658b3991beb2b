import type { Pool } from "../db/pool.ts";
import { ApiError } from "../errors.ts";
import type { Audit } from "../store/audit.ts";
import { markDraining } from "../store/drains.ts";
import type { LivingNode } from "../store/overview.ts";

/**
 * Asks a node to take no more deliveries and to finish what it has, or to take them again. It answers the API as
 * before, and hears the word with its next heartbeat. Throws `not_found` for a node that does not live, and `conflict`
 * for one that delivers nothing.
 */
export async function drainNode(
  { sql, audit }: { readonly sql: Pool; readonly audit: Audit },
  id: number,
  isDraining: boolean,
): Promise<LivingNode> {
  return sql.begin(async (tx) => {
    const node = await markDraining(tx, id, isDraining);
    if (!node) throw new ApiError("not_found", { detail: "No node with this number lives." });
    if (node.role === "api") {
      throw new ApiError("conflict", { detail: "This node answers the API and delivers nothing." });
    }
    const action = isDraining ? "nodes.drain" : "nodes.undrain";
    await audit(tx, { organizationId: null, action, object: { kind: "node", id: String(id) } });
    return node;
  });
}
