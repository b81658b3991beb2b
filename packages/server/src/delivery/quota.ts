import type { EndpointId } from "../domain/id.ts";

/** How many deliveries of an endpoint a claim may take. */
export interface Quota {
  readonly endpointId: EndpointId;
  readonly quota: number;
}

/** Pure: the quotas up to a sum of `room`, in their order and evenly; those that would be zero are left out. */
export function cutQuotas(quotas: readonly Quota[], room: number): Quota[] {
  const each = Math.ceil(room / Math.max(quotas.length, 1));
  let left = room;
  const cut: Quota[] = [];
  for (const { endpointId, quota } of quotas) {
    const given = Math.min(quota, each, left);
    if (given <= 0) continue;
    cut.push({ endpointId, quota: given });
    left -= given;
  }
  return cut;
}
