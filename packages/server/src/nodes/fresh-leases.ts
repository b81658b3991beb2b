import { idTime, type DeliveryId } from "../domain/id.ts";
import { LEASE_MS } from "../limits.ts";
import { newUuid } from "../platform/random.ts";
import { idsBetween } from "../store/id-range.ts";
import type { FreshBounds } from "../store/nodes.ts";

/**
 * The leases that accepting has granted to this node. They stand in no index, so that nearly every delivery is settled
 * without touching one; instead each heartbeat says from which id on there may be some. Who takes over looks there.
 */
export class FreshLeases {
  readonly #monotonic: () => number;
  /** Delivery → when its lease was granted. */
  readonly #grantedAt = new Map<DeliveryId, number>();
  #from = "";

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  /**
   * Call before the statement that may grant it. False for an id below what was announced: the wall clock went back,
   * and nobody would look there.
   */
  grant(id: DeliveryId): boolean {
    if (id < this.#from) return false;
    this.#grantedAt.set(id, this.#monotonic());
    return true;
  }

  /** Its end is written, or it was never granted. Unknown ids are leases of claims. */
  end(id: DeliveryId): void {
    this.#grantedAt.delete(id);
  }

  /** Call before the heartbeat that says it: nothing below will be granted from now on. */
  announce(): FreshBounds {
    const waitingSince = new Date(idTime(newUuid()) - WAITING_MS);
    let from = idsBetween({ from: waitingSince, to: null }).first;
    const now = this.#monotonic();
    let oldestAt = now;
    for (const [id, grantedAt] of this.#grantedAt) {
      // It ran out long ago and was taken back: its accepting statement was cut off, and nobody knew whether it held.
      if (now - grantedAt > LEASE_MS * FORGOTTEN_AFTER_LEASES) this.#grantedAt.delete(id);
      if (id < from) from = id;
      if (grantedAt < oldestAt) oldestAt = grantedAt;
    }
    this.#from = from;
    return { from, ageMs: this.#grantedAt.size === 0 ? null : now - oldestAt };
  }
}

const FORGOTTEN_AFTER_LEASES = 3;
/** Events have their ids while they wait for their statement; what waits longer is left for a claim. */
const WAITING_MS = 2_000;
