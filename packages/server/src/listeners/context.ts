import type { Pool } from "../db/pool.ts";
import type { Clock } from "../platform/clock.ts";
import type { Vault } from "../platform/vault.ts";
import type { Platforms } from "../platforms.ts";
import type { Audit } from "../store/audit.ts";

/** What making and ending listeners needs of the node. */
export interface ListenerContext {
  readonly sql: Pool;
  readonly clock: Clock;
  readonly vault: Vault;
  readonly platforms: Platforms;
  /** Writes changes down under the name of whoever makes them. */
  readonly audit: Audit;
}
