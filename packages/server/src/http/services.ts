import type { MailBodies } from "../mail/body.ts";
import type { Mailer } from "../mail/mailer.ts";
import type { Pool } from "../db/pool.ts";
import type { Acceptor } from "../delivery/accept.ts";
import type { KeyUsageLog } from "../access/key-usage.ts";
import type { IdentityProvider } from "../access/identity-provider.ts";
import type { OidcCookies } from "../access/oidc-cookie.ts";
import type { RefusalLog } from "../access/refusals.ts";
import type { ListenerHub } from "../listeners/hub.ts";
import type { Keys } from "../access/keys.ts";
import type { Config } from "../config.ts";
import type { Platforms } from "../platforms.ts";
import type { LiveFeed } from "../live/feed.ts";
import type { Organizations } from "../access/organizations.ts";
import type { ChangeFeed } from "../nodes/changes.ts";
import type { Overlays } from "../nodes/overlays.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/log.ts";
import type { Vault } from "../platform/vault.ts";
import type { AddressPolicy } from "../domain/address.ts";
import type { Attempt } from "../delivery/attempt.ts";
import type { AllDeliveries } from "../delivery/pause-all.ts";
import type { Sender } from "../delivery/send.ts";
import type { ReceiptLog } from "../sources/log.ts";
import type { Settler } from "../delivery/settle.ts";
import type { Audit } from "../store/audit.ts";
import type { RateLimit } from "../platform/rate-limit.ts";

/** Everything a handler may use; built once by `server.ts`. */
export interface Services {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  /** The pool for requests of people and callers; the engine has its own. */
  readonly sql: Pool;
  readonly vault: Vault;
  readonly keys: Keys;
  readonly platforms: Platforms;
  /** What operators have changed of profiles, put over them when it is new. */
  readonly overlays: Overlays;
  readonly organizations: Organizations;
  readonly changes: ChangeFeed;
  /** Writes changes down under the name of whoever makes this request. */
  readonly audit: Audit;
  readonly acceptor: Acceptor;
  readonly attempt: Attempt;
  readonly allDeliveries: AllDeliveries;
  readonly settler: Settler;
  readonly sender: Sender;
  /** What an organization may have sent to its endpoints at a person's word. */
  readonly testSends: RateLimit;
  /** What an organization may have sent again, one by one. */
  readonly redeliveries: RateLimit;
  /** Requests per API key. */
  readonly keyLimits: RateLimit;
  /** Requests per class, of an organization's keys and of each person. */
  readonly classLimits: RateLimit;
  readonly keyUsage: KeyUsageLog;
  /** Refusals, for the audit log. */
  readonly refusals: RefusalLog;
  /** Sign-ins per address of the caller. */
  readonly signIns: RateLimit;
  /** Requests per source. */
  readonly sourceLimits: RateLimit;
  readonly receiptLog: ReceiptLog;
  /** Makes this node look for receipts that wait for their events. */
  readonly mapReceipts: () => void;
  /** Undefined where people sign in with passwords alone. */
  readonly identityProvider: IdentityProvider | undefined;
  readonly oidcCookies: OidcCookies;
  /** The number of this node in leases. */
  readonly node: () => number;
  /** Tells open streams what has changed. */
  readonly live: LiveFeed;
  readonly mailer: Mailer;
  readonly mailBodies: MailBodies;
  readonly addressPolicy: AddressPolicy;
  /** The streams of developers that listen. */
  readonly listenerHub: ListenerHub;
  /** Makes the dispatcher look for due deliveries now, here and on the other nodes. */
  readonly wake: () => void;
  /** Makes this node, when it delivers, look for outboxes that were added or deleted. */
  readonly followOutboxes: () => void;
  /** True from the first signal on: nothing new is taken in. */
  readonly isDraining: () => boolean;
  /** Whether this node makes deliveries just now. */
  readonly deliveryWork: () => "running" | "paused" | "draining" | "drained" | "none";
  /** Of the program. */
  readonly version: string;
  /** Reasons why this node is not ready; empty when it is. */
  readonly notReady: () => readonly string[];
  readonly metrics: () => Promise<string>;
  /** Counts what was not answered as asked. */
  readonly onRefusal: (code: string) => void;
}
