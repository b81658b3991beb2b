// Made by `npm run reference` from the API's routes; edit these.

export type HealthDetails = {
  readonly readAt: string;
  readonly version: string;
  readonly deliveriesPause: DeliveriesPause;
  readonly overview: Overview;
  readonly queue: {
    readonly later: number;
    readonly under10Seconds: number;
    readonly under1Minute: number;
    readonly under10Minutes: number;
    readonly under1Hour: number;
    readonly longer: number;
  };
  readonly endpoints: ReadonlyArray<{
    readonly organizationId: string;
    readonly endpointId: string;
    readonly origin: string;
    readonly failingSince: string | null;
    readonly holdUntil: string | null;
  }>;
  readonly database: {
    readonly serverVersion: string;
    readonly bytes: number;
    readonly roundTripMs: number;
    readonly longestStatementSeconds: number;
    readonly oldestTransactionSeconds: number;
    readonly oldestSnapshotTransactions: number;
    readonly partitionsAheadDays: number;
    readonly oldestDayAgeDays: number;
    readonly defaultRows: { readonly [member: string]: number };
    readonly deadTuples: { readonly [member: string]: number };
    readonly sessions: ReadonlyArray<{
      readonly pool: string;
      readonly state: string;
      readonly count: number;
    }>;
    readonly migrationCount: number;
    readonly lastMigration: string | null;
    readonly lastMigrationAt: string | null;
  };
  readonly disk: {
    readonly totalBytes: number;
    readonly freeBytes: number;
  } | null;
  readonly retention: {
    readonly keptDays: number;
    readonly days: ReadonlyArray<{
      readonly day: string;
      readonly rows: {
        readonly events?: number | undefined;
        readonly deliveries?: number | undefined;
        readonly attempts?: number | undefined;
      };
      readonly bytes: number;
      readonly droppedAt: string;
    }>;
    readonly bytesPerDay: number | null;
    readonly bytesWhenFull: number | null;
    readonly held: ReadonlyArray<{
      readonly organizationId: string;
      readonly endpointId: string;
      readonly day: string;
      readonly count: number;
      readonly isCountExact: boolean;
      readonly cancelledAt: string;
    }>;
  };
};

export type DeliveriesPause = {
  readonly isPaused: boolean;
  readonly pausedAt: string | null;
  readonly pausedBy: string | null;
  readonly reason: string | null;
  readonly ratePerSecond: number | null;
};

export type Overview = {
  readonly acceptedPerSecond: number;
  readonly deliveredPerSecond: number;
  readonly lagP95Ms: number | null;
  readonly waiting: number;
  readonly held: number;
  readonly oldestDueSeconds: number;
  readonly failingEndpoints: number;
  readonly disabledEndpoints: number;
  readonly databaseBytes: number;
  readonly nodes: readonly Node[];
  readonly needs: ReadonlyArray<{
    readonly code: "deliveries_paused" | "deliveries_limited" | "no_dispatcher" | "deliveries_late" | "partitions_missing" | "rows_outside_partitions" | "endpoints_disabled" | "endpoints_failing" | "transaction_old" | "versions_mixed" | "clock_off";
    readonly text: string;
  }>;
};

export type Node = {
  readonly id: number;
  readonly role: string;
  readonly version: string;
  readonly startedAt: string;
  readonly heartbeatAgeMs: number;
  readonly deliveries: "running" | "draining" | "drained" | "none";
  readonly drainingSince: string | null;
  readonly inFlight: number | null;
  readonly queued: number | null;
  readonly slowedEndpoints: number | null;
  readonly clockOffsetMs: number | null;
};

export type SupportBundle = {
  readonly madeAt: string;
  readonly version: string;
  readonly runtime: {
    readonly node: string;
    readonly platform: string;
    readonly processors: number;
    readonly memoryBytes: number;
    readonly memoryFreeBytes: number;
    readonly processBytes: number;
    readonly uptimeSeconds: number;
  };
  readonly settings: ReadonlyArray<{
    readonly name: string;
    readonly value: string;
  }>;
  readonly profiles: readonly string[];
  readonly counts: { readonly [member: string]: number };
  readonly health: HealthDetails;
};

export type Organization = {
  readonly id: string;
  readonly name: string;
  readonly profile: string;
  readonly plan: string | null;
  readonly limits: { readonly [member: string]: number | "unlimited" };
  readonly suspendedAt: string | null;
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
};

export type Limits = {
  readonly endpoints: {
    readonly used: number;
    readonly limit: number;
  };
  readonly keys: {
    readonly used: number;
    readonly limit: number;
  };
  readonly members: {
    readonly used: number;
    readonly limit: number;
  };
  readonly readsPerMinute: number | null;
  readonly writesPerMinute: number | null;
  readonly publishesPerMinute: number | null;
};

export type Resource = {
  readonly id: string;
  readonly title: string;
  readonly parent: string | null;
};

export type KeyRules = {
  readonly environments: readonly string[];
  readonly scopes: ReadonlyArray<{
    readonly scope: string;
    readonly grants: readonly string[];
  }>;
  readonly resourceLevels: readonly string[];
  readonly resources: readonly Resource[];
  readonly expiry: "none" | "optional";
  readonly afterRevoke: "show-as-revoked" | "remove";
  readonly statuses: readonly string[];
  readonly headers: readonly string[];
};

export type EndpointRules = {
  readonly wireFormat: string;
  readonly wireFormats: readonly WireFormat[];
  readonly endpointsMax: number;
  readonly mode: "development" | "production";
};

export type WireFormat = {
  readonly id: string;
  readonly title: string;
  readonly headers: readonly string[];
  readonly signature: {
    readonly scheme: string;
    readonly header: string;
    readonly content: string;
    readonly encoding: "hex" | "base64";
    readonly each: string;
    readonly keyBytes: "utf8" | "base64-after-prefix";
    readonly toleranceSeconds: number;
  };
  readonly secret: {
    readonly supplied: "never" | "optional";
    readonly roll: {
      readonly mode: "immediate" | "staged" | "overlap";
      readonly overlapSeconds: number;
      readonly choices: readonly number[];
    };
  };
  readonly timeoutSeconds: number;
  readonly delaysSeconds: readonly number[];
  readonly https: string;
};

export type Connector = {
  readonly id: string;
  readonly title: string;
  readonly availability: "built_in" | "planned" | "available";
};

export type Member = {
  readonly userId: string;
  readonly email: string | null;
  readonly name: string;
  readonly role: "owner" | "admin" | "manager" | "member";
  readonly workspaceRole: string | null;
  readonly createdAt: string;
};

export type Invitation = {
  readonly id: string;
  readonly email: string;
  readonly role: "owner" | "admin" | "manager" | "member";
  readonly createdAt: string;
  readonly expiresAt: string;
};

export type User = {
  readonly id: string;
  readonly email: string | null;
  readonly name: string;
  readonly metadataRole: string | null;
  readonly isOperator: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
};

export type Session = {
  readonly id: string;
  readonly kind: "browser" | "portal" | "cli";
  readonly isCurrent: boolean;
  readonly address: string | null;
  readonly userAgent: string | null;
  readonly createdAt: string;
  readonly lastSeenAt: string;
  readonly expiresAt: string;
};

export type DeviceLogin = {
  readonly userCode: string;
  readonly name: string;
  readonly address: string | null;
  readonly createdAt: string;
  readonly expiresAt: string;
};

export type Me = {
  readonly user: {
    readonly id: string;
    readonly email: string | null;
    readonly name: string;
    readonly metadataRole: string | null;
    readonly isOperator: boolean;
    readonly createdAt: string;
    readonly updatedAt: string;
    readonly hasPassword: boolean;
  };
  readonly kind: "browser" | "portal" | "cli";
  readonly organization: {
    readonly id: string;
    readonly name: string;
    readonly profile: string;
    readonly plan: string | null;
    readonly membershipRole: string | null;
    readonly role: string | null;
    readonly pages: { readonly [member: string]: string };
  } | null;
  readonly organizations: ReadonlyArray<{
    readonly id: string;
    readonly name: string;
    readonly role: string;
  }>;
  readonly gates: { readonly [member: string]: Gate };
  readonly limits: Limits | null;
  readonly labels: { readonly [member: string]: string };
  readonly returnUrl: string | null;
  readonly upgradeUrl: string | null;
  readonly deliveriesPausedAt: string | null;
};

export type Gate = {
  readonly allowed: boolean;
  readonly notice: "staff" | "admin" | "plan" | "membership" | null;
  readonly requiredPlan: string | null;
};

export type OperatorKey = {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly createdAt: string;
  readonly revokedAt: string | null;
};

export type ApiKey = {
  readonly id: string;
  readonly organizationId: string;
  readonly name: string;
  readonly description: string;
  readonly environment: string | null;
  readonly scopes: readonly string[];
  readonly resources: readonly string[];
  readonly addresses: readonly string[];
  readonly requestsPerMinute: number | null;
  readonly enabled: boolean;
  readonly status: "active" | "disabled" | "expired" | "revoked";
  readonly prefix: string;
  readonly lastFour: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  readonly replacedBy: string | null;
  readonly lastUsedAt: string | null;
  readonly lastUsedAddress: string | null;
  readonly version: number;
};

export type KeyVerdict = {
  readonly valid: boolean;
  readonly code: "VALID" | "NOT_FOUND" | "REVOKED" | "DISABLED" | "EXPIRED" | "IP_NOT_ALLOWED" | "INSUFFICIENT_SCOPE" | "RESOURCE_NOT_ALLOWED" | "RATE_LIMITED";
  readonly keyId: string | null;
  readonly organizationId: string | null;
  readonly name: string | null;
  readonly environment: string | null;
  readonly scopes: readonly string[];
  readonly resources: readonly string[];
  readonly expiresAt: string | null;
  readonly rateLimit: {
    readonly limit: number;
    readonly retryAfterSeconds: number;
  } | null;
};

export type ApiKeyCall = {
  readonly requestId: string;
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly code: string | null;
  readonly durationMs: number;
  readonly address: string | null;
};

export type AuditEntry = {
  readonly id: string;
  readonly at: string;
  readonly organizationId: string | null;
  readonly actor: {
    readonly kind: "operator" | "key" | "user" | "system";
    readonly id: string | null;
    readonly name: string | null;
  };
  readonly address: string | null;
  readonly requestId: string | null;
  readonly action: string;
  readonly object: {
    readonly kind: string;
    readonly id: string;
  } | null;
  readonly result: string;
  readonly before: { readonly [member: string]: unknown } | null;
  readonly after: { readonly [member: string]: unknown } | null;
};

export type Profile = {
  readonly id: string;
  readonly extends?: string | undefined;
  readonly title: string;
  readonly source: string;
  readonly labels: { readonly [member: string]: string };
  readonly routes: {
    readonly aliases: { readonly [member: string]: string };
    readonly pages?: { readonly [member: string]: string } | undefined;
  };
  readonly catalogue: {
    readonly open: boolean;
    readonly groups: ReadonlyArray<{
      readonly title: string;
      readonly events: ReadonlyArray<{
        readonly type: string;
        readonly title?: string | undefined;
        readonly description: string;
        readonly dataKeys?: readonly string[] | undefined;
        readonly onlyIn?: string | undefined;
        readonly notIn?: string | undefined;
        readonly schema?: { readonly [member: string]: JsonValue } | undefined;
        readonly example?: JsonValue | undefined;
        readonly deprecated?: string | undefined;
      }>;
    }>;
  };
  readonly wire: {
    readonly version: number;
    readonly method: "POST";
    readonly contentType: "application/json";
    readonly userAgent: string;
    readonly envelope: ReadonlyArray<{
      readonly field: string;
      readonly from: "event.id" | "event.type" | "event.occurredAt" | "event.data" | "delivery.id" | "organization.id" | string;
      readonly as?: "iso8601-ms" | "iso8601-seconds" | "unix-seconds" | undefined;
      readonly keys?: "snake_case" | "camelCase" | undefined;
      readonly optional?: boolean | undefined;
    }>;
    readonly ids: {
      readonly event: string;
      readonly delivery: string;
      readonly attempt: string;
      readonly endpoint: string;
      readonly organization: string;
    };
    readonly headers: ReadonlyArray<{
      readonly name: string;
      readonly from: "event.id" | "event.type" | "event.occurredAt" | "delivery.id" | "organization.id" | "attempt.at" | "signature";
      readonly as?: "iso8601-ms" | "iso8601-seconds" | "unix-seconds" | undefined;
      readonly prefix?: string | undefined;
    }>;
    readonly signature: {
      readonly scheme: string;
      readonly algorithm: "hmac-sha256";
      readonly keyBytes: "utf8" | "base64-after-prefix";
      readonly content: string;
      readonly encoding: "hex" | "base64";
      readonly each: string;
      readonly join: string;
      readonly wrap: string;
      readonly max?: number | undefined;
      readonly toleranceSeconds: number;
    };
  };
  readonly secret: {
    readonly prefix: string;
    readonly generatedBytes: number;
    readonly supplied: "never" | "optional";
    readonly reveal: "on-demand-audited";
    readonly roll: {
      readonly mode: "immediate" | "staged" | "overlap";
      readonly overlapSeconds: number;
      readonly choices: readonly number[];
      readonly order: "current-first" | "previous-first";
    };
  };
  readonly delivery: {
    readonly timeoutSeconds: number;
    readonly success: "2xx";
    readonly followRedirects: false;
    readonly delaysSeconds: readonly number[];
    readonly jitter: number;
    readonly respectRetryAfter: boolean;
    readonly disableOn: {
      readonly status410: boolean;
      readonly failingForDays: number | null;
    };
    readonly notifyOn: ReadonlyArray<"endpoint.failing" | "endpoint.disabled" | "delivery.exhausted">;
    readonly https: "always" | "required-in-production";
    readonly responseBodyKeepBytes: number;
    readonly connectivityTest?: {
      readonly label: string;
      readonly signed: boolean;
      readonly logged: boolean;
      readonly body: { readonly [member: string]: JsonValue };
    } | undefined;
  };
  readonly keys: {
    readonly headers: ReadonlyArray<"Authorization: Bearer" | "X-API-Key">;
    readonly tokenPrefix: string;
    readonly tokenHasEnvironment: false;
    readonly tokenChecksum: "crc32";
    readonly environments: readonly string[];
    readonly scopes: readonly string[];
    readonly resourceLevels: readonly string[];
    readonly fields?: readonly string[] | undefined;
    readonly expiry: "none" | "optional";
    readonly afterRevoke: "show-as-revoked" | "remove";
    readonly statusFilter: ReadonlyArray<"active" | "expired" | "revoked">;
    readonly bulkRevoke?: boolean | undefined;
    readonly prefixToggle?: boolean | undefined;
    readonly scopeGrants: { readonly [member: string]: readonly string[] };
  };
  readonly access: {
    readonly workspaceRoles: readonly string[];
    readonly organizationRoles: readonly string[];
    readonly roleFromMembership: { readonly [member: string]: string | null };
    readonly plans: readonly string[];
    readonly gates: { readonly [member: string]: {
      readonly workspace: readonly string[];
      readonly plans: "*" | readonly string[];
      readonly membership?: boolean | undefined;
      readonly organization?: readonly string[] | undefined;
    } };
    readonly limits?: { readonly [Member in string | "*"]?: {
      readonly endpoints?: number | null | undefined;
      readonly keys?: number | null | undefined;
      readonly members?: number | null | undefined;
      readonly readsPerMinute?: number | null | undefined;
      readonly writesPerMinute?: number | null | undefined;
      readonly publishesPerMinute?: number | null | undefined;
    } } | undefined;
    readonly notices?: { readonly [member: string]: string } | undefined;
  };
  readonly incoming: ReadonlyArray<{
    readonly id: string;
    readonly title: string;
    readonly description: string;
  }>;
  readonly connectors: ReadonlyArray<{
    readonly id: string;
    readonly title: string;
    readonly status?: "planned" | undefined;
    readonly builtIn?: boolean | undefined;
  }>;
  readonly connectorCategories?: readonly string[] | undefined;
  readonly assumptions?: readonly string[] | undefined;
  readonly wireFormat: string;
  readonly origins: { readonly [member: string]: string };
};

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [member: string]: JsonValue };

export type ProfileLint = {
  readonly ok: boolean;
  readonly problems: ReadonlyArray<{
    readonly level: "error" | "warning";
    readonly pointer: string;
    readonly message: string;
  }>;
};

export type Plans = {
  readonly profile: string;
  readonly workspaceRoles: readonly string[];
  readonly organizationRoles: readonly string[];
  readonly inForce: PlanRules;
  readonly ofProfile: PlanRules;
  readonly draft: {
    readonly rules: PlanRules;
    readonly version: number;
    readonly writtenBy: {
      readonly kind: "operator" | "key" | "user" | "system";
      readonly id: string | null;
      readonly name: string | null;
    };
    readonly writtenAt: string;
  } | null;
  readonly history: ReadonlyArray<{
    readonly version: number;
    readonly rules: PlanRules | null;
    readonly publishedBy: {
      readonly kind: "operator" | "key" | "user" | "system";
      readonly id: string | null;
      readonly name: string | null;
    };
    readonly publishedAt: string;
  }>;
};

export type PlanRules = {
  readonly plans: readonly string[];
  readonly gates: { readonly [member: string]: {
    readonly workspace: readonly string[];
    readonly plans: "*" | readonly string[];
    readonly membership?: boolean | undefined;
    readonly organization?: readonly string[] | undefined;
  } };
  readonly limits: { readonly [Member in string | "*"]?: {
    readonly endpoints?: number | null | undefined;
    readonly keys?: number | null | undefined;
    readonly members?: number | null | undefined;
    readonly readsPerMinute?: number | null | undefined;
    readonly writesPerMinute?: number | null | undefined;
    readonly publishesPerMinute?: number | null | undefined;
  } };
};

export type PlansPreview = {
  readonly sees: ReadonlyArray<{
    readonly area: string;
    readonly allowed: boolean;
    readonly reason: string | null;
    readonly requiredPlan: string | null;
  }>;
  readonly seesNow: ReadonlyArray<{
    readonly area: string;
    readonly allowed: boolean;
    readonly reason: string | null;
    readonly requiredPlan: string | null;
  }>;
  readonly problems: ReadonlyArray<{
    readonly pointer: string;
    readonly code: string;
    readonly message: string;
  }>;
};

export type EventType = {
  readonly type: string;
  readonly title?: string | undefined;
  readonly description: string;
  readonly group: string;
  readonly schema: { readonly [member: string]: unknown };
  readonly example: {
    readonly data: unknown;
  };
  readonly deprecated: string | null;
  readonly deprecatedAt: string | null;
};

export type OperatorsEventType = {
  readonly type: string;
  readonly title: string | null;
  readonly description: string;
  readonly group: string;
  readonly schema: { readonly [member: string]: unknown };
  readonly example?: unknown | undefined;
  readonly deprecated: string | null;
  readonly deprecatedAt: string | null;
  readonly origin: string;
  readonly changed: readonly string[];
  readonly version: number;
  readonly updatedAt: string | null;
};

export type Catalogue = {
  readonly profile: string;
  readonly open: boolean;
  readonly data: ReadonlyArray<{
    readonly type: string;
    readonly title: string | null;
    readonly description: string;
    readonly group: string;
    readonly schema: { readonly [member: string]: unknown };
    readonly example?: unknown | undefined;
    readonly deprecated: string | null;
    readonly deprecatedAt: string | null;
    readonly origin: string;
    readonly changed: readonly string[];
    readonly version: number;
    readonly updatedAt: string | null;
    readonly subscribers: number;
    readonly events7d: {
      readonly count: number;
      readonly isAtLeast: boolean;
    };
  }>;
};

export type EventTypeSubscribers = {
  readonly type: string;
  readonly endpointCount: number;
  readonly organizationCount: number;
  readonly otherCount: number;
  readonly data: ReadonlyArray<{
    readonly endpointId: string;
    readonly organizationId: string;
    readonly organizationName: string;
    readonly description: string;
    readonly origin: string;
  }>;
};

export type CatalogueCoverage = {
  readonly profile: string;
  readonly days: number;
  readonly unlisted: ReadonlyArray<{
    readonly type: string;
    readonly organizations: number;
    readonly lastAt: string;
  }>;
  readonly unpublished: readonly string[];
  readonly published: ReadonlyArray<{
    readonly type: string;
    readonly organizations: number;
    readonly lastAt: string;
  }>;
  readonly isComplete: boolean;
};

export type CatalogueImport = {
  readonly profile: string;
  readonly isPreview: boolean;
  readonly added: readonly string[];
  readonly changed: ReadonlyArray<{
    readonly type: string;
    readonly fields: readonly string[];
  }>;
  readonly unchanged: readonly string[];
  readonly problems: ReadonlyArray<{
    readonly pointer: string;
    readonly code: string;
    readonly message: string;
  }>;
};

export type Webhook = {
  readonly id: string;
  readonly organizationId: string;
  readonly url: string;
  readonly description: string;
  readonly events: readonly string[];
  /** Only events that match are delivered, for example `{"data":{"amount":{"$gt":500}}}`; null for every event of the subscribed types. A change replaces it as a whole. */
  readonly filter: unknown;
  /** Only events with exactly this resource, such as `artist:nova`; null for all. */
  readonly resource: string | null;
  /** At most so many requests, evenly spread; what waits for its turn spends no attempt. Null for no limit. */
  readonly rateLimit: {
    readonly count: number;
    readonly per: "second" | "minute" | "hour";
  } | null;
  /** `key`: of the events that share an ordering key, one is sent when the one before it has ended. Holds for events that are accepted from then on. */
  readonly ordering: "none" | "key";
  readonly enabled: boolean;
  readonly status: "active" | "failing" | "paused" | "disabled";
  readonly disabledReason: string | null;
  readonly wireFormat: string;
  readonly headers: { readonly [member: string]: string };
  /** Up to 10 addresses that get a mail about trouble with this webhook; empty for the owners and admins of the organization. */
  readonly alertEmails: readonly string[];
  readonly version: number;
  readonly failingSince: string | null;
  readonly secretCreatedAt: string;
  readonly hasNextSecret: boolean;
  readonly previousSecretExpiresAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
};

export type PreviewedEvent = {
  readonly eventId: string;
  readonly type: string;
  readonly resource: string | null;
  readonly createdAt: string;
  readonly matches: boolean;
  readonly reason: "type_not_subscribed" | "other_resource" | "filter_does_not_match" | "payload_purged" | null;
  readonly condition: string | null;
  readonly matchesNow: boolean | null;
};

export type HeldDeliveries = {
  readonly count: number;
  readonly isCountExact: boolean;
  readonly oldestAt: string | null;
  readonly newestAt: string | null;
  readonly types: ReadonlyArray<{
    readonly type: string | null;
    readonly count: number;
  }>;
};

export type Job = {
  readonly id: string;
  readonly organizationId: string | null;
  readonly kind: "replay" | "redeliver" | "cancel" | "release" | "purge";
  readonly endpointId: string | null;
  readonly request: { readonly [member: string]: unknown };
  readonly status: "running" | "paused" | "finished" | "cancelled" | "failed";
  readonly reason: string | null;
  readonly planned: number;
  readonly isPlannedExact: boolean;
  readonly done: number;
  readonly ok: number;
  readonly failed: number;
  readonly skipped: number;
  readonly skippedBecause: { readonly [member: string]: number };
  readonly waiting: number;
  readonly perSecond: number | null;
  readonly createdAt: string;
  readonly finishedAt: string | null;
};

export type ReleasePreview = {
  readonly dryRun: true;
  readonly release: HeldDeliveries;
  readonly drop: HeldDeliveries;
  readonly estimatedSeconds: number;
};

export type DryRun = {
  readonly dryRun: true;
  readonly count: number;
  readonly isCountExact: boolean;
  readonly estimatedSeconds: number;
};

export type NewEvent = {
  readonly type: string;
  /** Any JSON value; receivers get these very bytes. */
  readonly data: unknown;
  readonly occurredAt?: string | undefined;
  readonly resource?: string | undefined;
  readonly orderingKey?: string | undefined;
  readonly organizationId?: string | undefined;
};

export type AcceptedEvent = {
  readonly id: string;
  readonly deliveries: number;
};

export type NewEventBatch = {
  readonly events: ReadonlyArray<{
    readonly type: string;
    /** Any JSON value; receivers get these very bytes. */
    readonly data: unknown;
    readonly occurredAt?: string | undefined;
    readonly resource?: string | undefined;
    readonly orderingKey?: string | undefined;
    /** When no answer comes, or 503 or 500, a part of the batch may be stored. With a key for each event the same request again stores the others alone; without keys it stores all of them a second time. */
    readonly idempotencyKey?: string | undefined;
  }>;
  readonly organizationId?: string | undefined;
};

export type EventSummary = {
  readonly id: string;
  readonly organizationId: string;
  readonly type: string;
  readonly resource: string | null;
  readonly orderingKey: string | null;
  readonly sequence: number | null;
  readonly occurredAt: string;
  readonly createdAt: string;
  readonly isTest: boolean;
  readonly purgedAt: string | null;
};

export type Event = {
  readonly id: string;
  readonly organizationId: string;
  readonly type: string;
  readonly resource: string | null;
  readonly orderingKey: string | null;
  readonly sequence: number | null;
  readonly occurredAt: string;
  readonly createdAt: string;
  readonly isTest: boolean;
  readonly purgedAt: string | null;
  readonly deliveries: ReadonlyArray<{
    readonly id: string;
    readonly endpointId: string;
    readonly status: "pending" | "sending" | "retrying" | "held" | "delivered" | "failed" | "cancelled";
  }>;
  readonly traceparent: string | null;
  readonly data: unknown;
};

export type PurgedEvent = {
  readonly id: string;
  readonly organizationId: string;
  readonly type: string;
  readonly resource: string | null;
  readonly orderingKey: string | null;
  readonly sequence: number | null;
  readonly occurredAt: string;
  readonly createdAt: string;
  readonly isTest: boolean;
  readonly purgedAt: string | null;
  readonly cancelledDeliveries: number;
};

export type Delivery = {
  readonly id: string;
  readonly organizationId: string;
  readonly eventId: string;
  readonly endpointId: string;
  readonly endpointUrl: string;
  readonly type: string | null;
  readonly resource: string | null;
  readonly orderingKey: string | null;
  readonly sequence: number | null;
  readonly blockedBy: string | null;
  readonly status: "pending" | "sending" | "retrying" | "held" | "delivered" | "failed" | "cancelled";
  readonly attemptCount: number;
  readonly retryCount: number;
  readonly generation: number;
  readonly generationAttemptCount: number;
  readonly maxAttempts: number;
  readonly outcome: string | null;
  readonly responseStatus: number | null;
  readonly errorCode: string | null;
  readonly durationMs: number | null;
  readonly wireFormat: string;
  readonly isTest: boolean;
  readonly createdAt: string;
  readonly deliveredAt: string | null;
  readonly finishedAt: string | null;
  readonly nextAttemptAt: string | null;
  readonly cancelReason: string | null;
  readonly failureReason: "schedule" | "poison" | null;
  readonly isIsolated: boolean;
};

export type Attempt = {
  readonly id: string;
  readonly deliveryId: string;
  readonly number: number;
  readonly generation: number;
  readonly trigger: "schedule" | "manual" | "replay" | "test";
  readonly isTest: boolean;
  readonly startedAt: string;
  readonly durationMs: number | null;
  readonly outcome: "delivered" | "http_error" | "redirect" | "timeout" | "connection_error" | "tls_error" | "dns_error" | "address_not_allowed" | "invalid_response" | "lost";
  readonly error: {
    readonly code: string;
    readonly message: string;
  } | null;
  readonly cause: {
    readonly summary: string;
    readonly fix: string;
  } | null;
  readonly url: string | null;
  readonly requestHeaders: { readonly [member: string]: string } | null;
  readonly responseStatus: number | null;
  readonly responseHeaders: { readonly [member: string]: string };
  readonly responseBody: string | null;
  readonly responseBodyEncoding: "utf8" | "base64" | null;
  readonly responseBodyTruncated: boolean;
  readonly phases: {
    readonly dnsMs: number | null;
    readonly connectMs: number | null;
    readonly tlsMs: number | null;
    readonly waitMs: number | null;
  };
};

export type SentRequest = {
  readonly method: "POST";
  readonly url: string;
  readonly headers: { readonly [member: string]: string };
  readonly body: string;
  readonly bodyEncoding: "utf8" | "base64";
  readonly bytes: number;
  readonly signature: {
    readonly scheme: string;
    readonly content: string;
    readonly encoding: "hex" | "base64";
    readonly signedText: string | null;
  };
};

export type Queue = {
  readonly orderingKey: string;
  readonly waitingCount: number;
  readonly first: Delivery;
};

export type AcrossDryRun = {
  readonly dryRun: true;
  readonly count: number;
  readonly isCountExact: boolean;
  readonly estimatedSeconds: number;
  readonly organizationCount: number;
  readonly organizations: ReadonlyArray<{
    readonly organizationId: string;
    readonly name: string;
    readonly count: number;
  }>;
};

export type TestPreview = {
  readonly request: SentRequest;
  readonly problems: ReadonlyArray<{
    readonly pointer: string;
    readonly message: string;
  }>;
};

export type EndpointCheck = {
  readonly ok: boolean;
  readonly steps: ReadonlyArray<{
    readonly step: "url" | "dns" | "connect" | "tls" | "answer" | "signature" | "forged" | "stale" | "repeat";
    readonly verdict: "passed" | "warning" | "failed" | "skipped";
    readonly detail: string;
    readonly fix: string | null;
    readonly durationMs: number | null;
    readonly responseStatus: number | null;
  }>;
};

export type InboxBehavior = {
  readonly kind: "status";
  readonly status: number;
  /** Seconds for the Retry-After header. */
  readonly retryAfter?: number | undefined;
} | {
  readonly kind: "slow";
  readonly delayMs: number;
} | {
  readonly kind: "timeout";
} | {
  readonly kind: "flaky";
  /** The share of requests that get 500. */
  readonly rate: number;
} | {
  readonly kind: "failFirst";
  /** Of each delivery; its next request gets 200. */
  readonly count: number;
  readonly status: number;
};

export type Inbox = {
  readonly id: string;
  readonly organizationId: string;
  readonly name: string;
  readonly url: string;
  readonly behavior: InboxBehavior;
  readonly requestCount: number;
  readonly requestsLastDay: number;
  readonly lastRequestAt: string | null;
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly expiresAt: string;
};

export type InboxRequest = {
  readonly id: string;
  readonly number: number;
  readonly receivedAt: string;
  readonly method: string;
  readonly path: string;
  readonly headers: { readonly [member: string]: string };
  readonly body: string;
  readonly bodyEncoding: "utf8" | "base64";
  readonly size: number;
  readonly answeredStatus: number | null;
  readonly duplicateOf: number | null;
  readonly verification: {
    readonly verified: boolean;
    readonly reason: string | null;
    readonly endpointId: string;
    readonly wireFormat: string;
    readonly steps: ReadonlyArray<{
      readonly name: string;
      readonly ok: boolean;
      readonly detail: string;
    }>;
  } | null;
  readonly unverifiedReason: string | null;
};

export type Listener = {
  readonly id: string;
  readonly organizationId: string;
  readonly ownerId: string;
  readonly name: string;
  readonly events: readonly string[];
  /** Only events that match are delivered, for example `{"data":{"amount":{"$gt":500}}}`; null for every event of the subscribed types. A change replaces it as a whole. */
  readonly filter: unknown;
  /** Only events with exactly this resource, such as `artist:nova`; null for all. */
  readonly resource: string | null;
  /** `key`: of the events that share an ordering key, one is sent when the one before it has ended. Holds for events that are accepted from then on. */
  readonly ordering: "none" | "key";
  readonly wireFormat: string;
  readonly waitingCount: number;
  readonly missedCount: number;
  readonly createdAt: string;
  readonly connectedAt: string | null;
  readonly expiresAt: string;
};

export type HeardEvent = {
  readonly eventId: string;
  readonly deliveryId: string;
  readonly type: string;
  readonly signedAt: string;
  readonly headers: ReadonlyArray<readonly [string, string]>;
  readonly body: string;
};

export type SourceProvider = {
  readonly id: "stripe" | "twilio" | "resend" | "standard" | "github" | "generic";
  readonly title: string;
  readonly description: string;
  readonly secretName: string;
  readonly takesOurSecret: boolean;
  readonly setUp: string;
  readonly exampleType: string;
  readonly isSuggested: boolean;
};

export type SourceScheme = {
  /** In which the signature stands. */
  readonly header: string;
  readonly algorithm: "sha256" | "sha1" | "sha512";
  readonly encoding: "hex" | "base64";
  /** Before the signature in its header: `sha256=`. */
  readonly prefix: string;
  readonly secretEncoding: "utf8" | "base64";
  /** What is signed: `{body}`, with `{timestamp}` and `{id}`. */
  readonly content: string;
  /** For `{timestamp}`: whole seconds since 1970. */
  readonly timestampHeader: string | null;
  readonly toleranceSeconds: number;
  /** For `{id}`. */
  readonly idHeader: string | null;
  /** What a request is recognised by; null: its body. */
  readonly id: {
    readonly in: "header";
    readonly name: string;
  } | {
    readonly in: "body";
    /** JSON Pointer (RFC 6901), such as `/type`. */
    readonly pointer: string;
  } | null;
  readonly type: {
    readonly in: "header";
    readonly name: string;
  } | {
    readonly in: "body";
    /** JSON Pointer (RFC 6901), such as `/type`. */
    readonly pointer: string;
  };
};

export type Source = {
  readonly id: string;
  readonly organizationId: string;
  readonly owner: "organization" | "operator";
  readonly provider: "stripe" | "twilio" | "resend" | "standard" | "github" | "generic";
  readonly name: string;
  readonly url: string;
  readonly status: "active" | "paused" | "disabled";
  readonly hasSecret: boolean;
  readonly secretCreatedAt: string | null;
  readonly previousSecretExpiresAt: string | null;
  readonly scheme: SourceScheme | null;
  readonly mapping: { readonly [member: string]: string | null } | null;
  readonly others: "drop" | "keep";
  readonly lastRequestAt: string | null;
  readonly lastDay: {
    readonly verified: number;
    readonly duplicates: number;
    readonly refused: number;
  };
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
};

export type ReceivedWebhook = {
  readonly received: true;
  readonly duplicate?: true | undefined;
  readonly id: string;
};

export type ReceiptSummary = {
  readonly id: string;
  readonly organizationId: string;
  readonly sourceId: string;
  readonly receivedAt: string;
  readonly status: "verified" | "refused";
  readonly reason: string | null;
  readonly address: string | null;
  readonly size: number;
  readonly duplicates: number;
  readonly duplicateAt: string | null;
  readonly providerId: string | null;
  readonly providerType: string | null;
  readonly replayOf: string | null;
  readonly outcome: "pending" | "parked" | "published" | "dropped" | "failed" | null;
  readonly outcomeReason: string | null;
  readonly eventId: string | null;
  readonly eventType: string | null;
};

export type Receipt = {
  readonly id: string;
  readonly organizationId: string;
  readonly sourceId: string;
  readonly receivedAt: string;
  readonly status: "verified" | "refused";
  readonly reason: string | null;
  readonly address: string | null;
  readonly size: number;
  readonly duplicates: number;
  readonly duplicateAt: string | null;
  readonly providerId: string | null;
  readonly providerType: string | null;
  readonly replayOf: string | null;
  readonly outcome: "pending" | "parked" | "published" | "dropped" | "failed" | null;
  readonly outcomeReason: string | null;
  readonly eventId: string | null;
  readonly eventType: string | null;
  readonly query: string;
  readonly headers: { readonly [member: string]: string };
  readonly body: string;
  readonly bodyEncoding: "utf8" | "base64";
  readonly isTruncated: boolean;
};

export type Outbox = {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly status: "waiting" | "relaying" | "failing";
  readonly failure: string | null;
  readonly waitingRows: number | null;
  readonly deadRows: number | null;
  readonly oldestAt: string | null;
  readonly reportedAt: string | null;
  readonly createdAt: string;
};

export type Notice = {
  readonly id: string;
  readonly organizationId: string;
  readonly kind: "delivery.exhausted" | "endpoint.failing" | "endpoint.disabled" | "secret.ending" | "key.expiring" | "event-type.deprecated";
  readonly endpointId: string | null;
  readonly keyId: string | null;
  readonly eventType: string | null;
  readonly origin: string;
  readonly description: string;
  readonly endsAt: string | null;
  readonly deliveryCount: number;
  readonly lastOutcome: string | null;
  readonly lastStatus: number | null;
  readonly reason: string | null;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly resolvedAt: string | null;
  readonly readAt: string | null;
  readonly mail: {
    readonly state: "waiting" | "mail" | "no_recipients" | "mail_not_configured" | "over";
    readonly at: string | null;
    readonly recipientCount: number;
  };
};

export type Summary = {
  readonly keys: {
    readonly active: number;
    readonly expiring: number;
    readonly nextExpiresAt: string | null;
  } | null;
  readonly webhooks: {
    readonly count: number;
    readonly failing: number;
    readonly paused: number;
    readonly disabled: number;
    readonly waiting: number;
    readonly nextAttemptAt: string | null;
  } | null;
};

export type Statistics = {
  readonly range: "1h" | "24h" | "7d" | "30d";
  readonly from: string;
  readonly to: string;
  readonly bucketSeconds: number;
  readonly totals: {
    readonly delivered: number;
    readonly failed: number;
    readonly successRate: number | null;
    readonly attempts: number;
    readonly p50Ms: number | null;
    readonly p95Ms: number | null;
    readonly p99Ms: number | null;
    readonly responses: { readonly [Member in "2xx" | "3xx" | "4xx" | "5xx" | "timeout" | "connection_error" | "tls_error" | "dns_error" | "address_not_allowed" | "invalid_response" | "lost"]?: number };
  };
  readonly buckets: ReadonlyArray<{
    readonly startsAt: string;
    readonly delivered: number;
    readonly failed: number;
    readonly successRate: number | null;
    readonly attempts: number;
    readonly p50Ms: number | null;
    readonly p95Ms: number | null;
    readonly p99Ms: number | null;
  }>;
};

export type Mail = {
  readonly id: string;
  readonly kind: string;
  readonly organizationId: string | null;
  readonly to: string;
  readonly subject: string;
  readonly state: "queued" | "sent" | "kept" | "failed";
  readonly attempts: number;
  readonly lastError: string | null;
  readonly link: string | null;
  readonly createdAt: string;
  readonly finishedAt: string | null;
};

export type Branding = {
  readonly productName: string | null;
  readonly supportContact: string | null;
  readonly docsUrl: string | null;
  readonly accentLight: string | null;
  readonly accentDark: string | null;
  readonly logoUrl: string | null;
};

export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: "bad_request" | "body_empty" | "json_malformed" | "encoding_invalid" | "idempotency_key_invalid" | "idempotency_not_supported" | "ambiguous_credentials" | "credentials_in_url" | "credentials_missing" | "scheme_unsupported" | "key_malformed" | "key_invalid" | "key_revoked" | "key_expired" | "key_disabled" | "signature_invalid" | "timestamp_out_of_tolerance" | "ip_not_allowed" | "scope_required" | "resource_not_allowed" | "session_required" | "role_required" | "plan_required" | "organization_suspended" | "membership_required" | "session_invalid" | "sign_in_failed" | "oidc_failed" | "not_invited" | "sign_in_denied" | "link_invalid" | "csrf_failed" | "operator_required" | "limit_reached" | "not_found" | "method_not_allowed" | "request_timeout" | "conflict" | "event_type_of_profile" | "delivery_in_progress" | "delivery_blocked" | "delivery_not_first" | "endpoint_paused" | "idempotency_key_reused" | "mail_not_configured" | "source_disabled" | "payload_purged" | "version_conflict" | "payload_too_large" | "uri_too_long" | "media_type_unsupported" | "charset_unsupported" | "encoding_unsupported" | "misdirected_request" | "invalid_request" | "sign_in_throttled" | "rate_limited" | "too_many_streams" | "headers_too_large" | "internal" | "unavailable" | "storage_full" | "overloaded" | "source_without_secret" | "loop_detected";
  readonly detail?: string | undefined;
  readonly requestId: string;
  readonly errors?: ReadonlyArray<{
    /** JSON Pointer (RFC 6901). */
    readonly pointer: string;
    readonly code: "required" | "unknown_field" | "duplicate_key" | "invalid_type" | "invalid_value" | "too_short" | "too_long" | "too_small" | "too_large" | "id_invalid" | "timestamp_invalid" | "duration_invalid" | "environment_invalid" | "scope_unknown" | "resource_unknown" | "resource_required" | "resource_parent_invalid" | "resource_level_unknown" | "address_block_invalid" | "expiry_not_allowed" | "expiry_in_the_past" | "email_taken" | "role_unknown" | "password_too_short" | "password_too_long" | "password_too_common" | "password_wrong" | "organization_required" | "profile_unknown" | "profile_required" | "plan_unknown" | "event_not_object" | "type_invalid" | "type_reserved" | "type_unknown" | "plans_invalid" | "type_taken" | "schema_invalid" | "example_invalid" | "import_invalid" | "json_too_deep" | "batch_empty" | "batch_too_large" | "idempotency_key_invalid" | "resource_invalid" | "ordering_key_invalid" | "malformed" | "https_required" | "scheme_not_allowed" | "userinfo_not_allowed" | "host_not_allowed" | "address_not_allowed" | "port_not_allowed" | "loop_not_allowed" | "header_invalid" | "header_not_allowed" | "too_many_headers" | "secret_invalid" | "source_secret_invalid" | "hmac_required" | "hmac_not_allowed" | "hmac_invalid" | "type_not_allowed" | "overlap_not_allowed" | "events_invalid" | "contact_invalid" | "colour_invalid" | "accent_weak" | "logo_invalid" | "logo_too_large" | "mail_address_invalid" | "mail_not_configured" | "wire_format_unknown" | "filter_invalid" | "filter_too_complex" | "rate_invalid" | "filter_required" | "deliveries_rate_invalid" | "limit_invalid" | "cursor_invalid" | "sort_invalid" | "range_invalid" | "search_too_long" | "unknown_parameter" | "parameter_repeated";
    readonly message: string;
    readonly fix?: string | undefined;
  }> | undefined;
  readonly [member: string]: unknown;
};

/** Every operation of the API: what goes into it and what comes out. */
export interface Operations {
  /** GET /healthz — Says that the process lives. */
  readonly healthzRead: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: Readonly<Record<string, never>>;
    readonly body: undefined;
    readonly answer: {
      readonly status: "ok";
    };
  };
  /** GET /readyz — Says whether this node should get requests: 200 or 503 with reasons. */
  readonly readyzRead: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: Readonly<Record<string, never>>;
    readonly body: undefined;
    readonly answer: {
      readonly status: "ready" | "not_ready";
      readonly reasons: readonly string[];
      readonly deliveries: "running" | "paused" | "draining" | "drained" | "none";
    };
  };
  /** GET /metrics — The metrics of this node in the text format of Prometheus. */
  readonly metricsRead: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: Readonly<Record<string, never>>;
    readonly body: undefined;
    readonly answer: string;
  };
  /** GET /api/health/details — What the operator should know: nodes, queue, database, disk, what will be dropped and cancelled when. */
  readonly healthDetailsRead: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: Readonly<Record<string, never>>;
    readonly body: undefined;
    readonly answer: HealthDetails;
  };
  /** GET /api/deliveries-pause — Says whether all deliveries of the installation are paused, since when and by whom. */
  readonly deliveriesPauseRead: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: Readonly<Record<string, never>>;
    readonly body: undefined;
    readonly answer: DeliveriesPause;
  };
  /** PUT /api/deliveries-pause — Pauses all deliveries: after the answer no node starts one. Events are accepted as ever, nothing is lost. */
  readonly deliveriesPausePut: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: Readonly<Record<string, never>>;
    readonly body: {
      readonly reason?: string | undefined;
    } | undefined;
    readonly answer: DeliveriesPause;
  };
  /** DELETE /api/deliveries-pause — Lets all deliveries go on, the longest due first, with a ceiling for all nodes together if one is given. Without one they go on as fast as endpoints take them, which also lifts a ceiling. */
  readonly deliveriesPauseDelete: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly ratePerSecond?: number | undefined };
    readonly body: undefined;
    readonly answer: DeliveriesPause;
  };
  /** GET /api/nodes — Lists the living nodes, the oldest first, with what each is doing. */
  readonly nodesList: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: Readonly<Record<string, never>>;
    readonly body: undefined;
    readonly answer: {
      readonly data: readonly Node[];
    };
  };
  /** POST /api/nodes/{id}/drain — Asks a node to take no more deliveries and to finish what it has; it goes on answering the API. */
  readonly nodesDrain: {
    readonly params: { readonly id: string };
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>> | undefined;
    readonly answer: Node;
  };
  /** POST /api/nodes/{id}/undrain — Lets a drained node take deliveries again. */
  readonly nodesUndrain: {
    readonly params: { readonly id: string };
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>> | undefined;
    readonly answer: Node;
  };
  /** GET /api/support-bundle — One document for whoever helps: health, versions, settings and counts; no secrets, no payloads, no names. */
  readonly supportBundleRead: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: Readonly<Record<string, never>>;
    readonly body: undefined;
    readonly answer: SupportBundle;
  };
  /** POST /api/organizations — Makes an organization. */
  readonly organizationsCreate: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: Readonly<Record<string, never>>;
    readonly body: {
      readonly name: string;
      readonly profile?: string | undefined;
      readonly plan?: string | null | undefined;
    };
    readonly answer: Organization;
  };
  /** GET /api/organizations — Lists organizations, the newest first. */
  readonly organizationsList: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly id?: string | undefined; readonly limit?: number | undefined; readonly cursor?: string | undefined; readonly sort?: string | undefined };
    readonly body: undefined;
    readonly answer: {
      readonly data: readonly Organization[];
      readonly nextCursor: string | null;
      readonly hasMore: boolean;
    };
  };
  /** GET /api/organizations/{id} — Shows an organization. */
  readonly organizationsRead: {
    readonly params: { readonly id: string };
    readonly query: Readonly<Record<string, never>>;
    readonly body: undefined;
    readonly answer: Organization;
  };
  /** PATCH /api/organizations/{id} — Changes the name of an organization; for operators also its plan and limits. */
  readonly organizationsUpdate: {
    readonly params: { readonly id: string };
    readonly query: Readonly<Record<string, never>>;
    readonly body: {
      readonly name?: string | undefined;
      readonly plan?: string | null | undefined;
      readonly limits?: {
        readonly endpoints?: number | "unlimited" | null | undefined;
        readonly keys?: number | "unlimited" | null | undefined;
        readonly members?: number | "unlimited" | null | undefined;
        readonly readsPerMinute?: number | "unlimited" | null | undefined;
        readonly writesPerMinute?: number | "unlimited" | null | undefined;
        readonly publishesPerMinute?: number | "unlimited" | null | undefined;
      } | undefined;
    };
    readonly answer: Organization;
  };
  /** DELETE /api/organizations/{id} — Deletes an organization with everything in it, for ever; the audit log keeps ids alone. Export it before: `posthorn orgs export`. */
  readonly organizationsDelete: {
    readonly params: { readonly id: string };
    readonly query: { readonly confirm?: string | undefined };
    readonly body: undefined;
    readonly answer: string;
  };
  /** GET /api/organizations/{id}/limits — Shows what an organization may have and ask for, and how much of it is used. */
  readonly organizationsLimitsRead: {
    readonly params: { readonly id: string };
    readonly query: Readonly<Record<string, never>>;
    readonly body: undefined;
    readonly answer: Limits;
  };
  /** POST /api/organizations/{id}/suspend — Suspends an organization: keys and people are refused, endpoints hold, nothing is lost. */
  readonly organizationsSuspend: {
    readonly params: { readonly id: string };
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>> | undefined;
    readonly answer: Organization;
  };
  /** POST /api/organizations/{id}/resume — Lets a suspended organization go on; what its endpoints hold is sent. */
  readonly organizationsResume: {
    readonly params: { readonly id: string };
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>> | undefined;
    readonly answer: Organization;
  };
  /** PUT /api/organizations/{id}/resources — Replaces the resource tree of an organization; keys can be limited to parts of it. */
  readonly organizationsResourcesPut: {
    readonly params: { readonly id: string };
    readonly query: Readonly<Record<string, never>>;
    readonly body: {
      readonly resources: ReadonlyArray<{
        readonly id: string;
        readonly title?: string | undefined;
        readonly parent?: string | null | undefined;
      }>;
    };
    readonly answer: {
      readonly data: readonly Resource[];
    };
  };
  /** GET /api/organizations/{id}/resources — Shows the resource tree of an organization, all of it. */
  readonly organizationsResourcesList: {
    readonly params: { readonly id: string };
    readonly query: Readonly<Record<string, never>>;
    readonly body: undefined;
    readonly answer: {
      readonly data: readonly Resource[];
    };
  };
  /** GET /api/key-rules — What an API key of an organization can be: environments, scopes, resources, expiry. */
  readonly keyRulesRead: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: undefined;
    readonly answer: KeyRules;
  };
  /** GET /api/endpoint-rules — What an endpoint of an organization can be: wire formats, their secrets and schedules. */
  readonly endpointRulesRead: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: undefined;
    readonly answer: EndpointRules;
  };
  /** GET /api/connectors — Lists the native connectors that the platform of an organization names. */
  readonly connectorsList: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: undefined;
    readonly answer: {
      readonly data: readonly Connector[];
      readonly categories: readonly string[];
    };
  };
  /** GET /api/organizations/{id}/members — Lists the people of an organization. */
  readonly organizationsMembersList: {
    readonly params: { readonly id: string };
    readonly query: Readonly<Record<string, never>>;
    readonly body: undefined;
    readonly answer: {
      readonly data: readonly Member[];
    };
  };
  /** PUT /api/organizations/{id}/members/{userId} — Gives a member another role; nobody gives one above their own. Operators make people members, too. */
  readonly organizationsMembersPut: {
    readonly params: { readonly id: string; readonly userId: string };
    readonly query: Readonly<Record<string, never>>;
    readonly body: {
      readonly role: "owner" | "admin" | "manager" | "member";
    };
    readonly answer: undefined;
  };
  /** DELETE /api/organizations/{id}/members/{userId} — Takes a person out of an organization, with the next request of theirs. */
  readonly organizationsMembersDelete: {
    readonly params: { readonly id: string; readonly userId: string };
    readonly query: Readonly<Record<string, never>>;
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** POST /api/organizations/{id}/invitations — Invites somebody by mail; the link works once, for seven days. */
  readonly organizationsInvitations: {
    readonly params: { readonly id: string };
    readonly query: Readonly<Record<string, never>>;
    readonly body: {
      readonly email: string;
      readonly role: "owner" | "admin" | "manager" | "member";
    };
    readonly answer: {
      readonly id: string;
      readonly expiresAt: string;
    };
  };
  /** GET /api/organizations/{id}/invitations — Lists the invitations that nobody has accepted yet. */
  readonly organizationsInvitationsList: {
    readonly params: { readonly id: string };
    readonly query: Readonly<Record<string, never>>;
    readonly body: undefined;
    readonly answer: {
      readonly data: readonly Invitation[];
    };
  };
  /** POST /api/organizations/{id}/invitations/{invitationId}/resend — Sends an invitation once more, with a new link; the old one ends. */
  readonly organizationsInvitationsResend: {
    readonly params: { readonly id: string; readonly invitationId: string };
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>> | undefined;
    readonly answer: Invitation;
  };
  /** DELETE /api/organizations/{id}/invitations/{invitationId} — Takes an invitation back. */
  readonly organizationsInvitationsDelete: {
    readonly params: { readonly id: string; readonly invitationId: string };
    readonly query: Readonly<Record<string, never>>;
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** POST /api/users — Adds a person and sends them a link to their first password, where mails can be sent. */
  readonly usersCreate: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: Readonly<Record<string, never>>;
    readonly body: {
      readonly email: string;
      readonly name: string;
      readonly metadataRole?: string | null | undefined;
      readonly isOperator?: boolean | undefined;
    };
    readonly answer: User;
  };
  /** GET /api/users — Lists everybody of the installation, the newest first. */
  readonly usersList: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly limit?: number | undefined; readonly cursor?: string | undefined; readonly sort?: string | undefined; readonly id?: string | undefined; readonly q?: string | undefined };
    readonly body: undefined;
    readonly answer: {
      readonly data: readonly User[];
      readonly nextCursor: string | null;
      readonly hasMore: boolean;
    };
  };
  /** GET /api/users/{id} — Shows a person. */
  readonly usersRead: {
    readonly params: { readonly id: string };
    readonly query: Readonly<Record<string, never>>;
    readonly body: undefined;
    readonly answer: User;
  };
  /** DELETE /api/users/{id} — Removes a person, with memberships and sessions; the audit log keeps the id alone. */
  readonly usersDelete: {
    readonly params: { readonly id: string };
    readonly query: Readonly<Record<string, never>>;
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** POST /api/portal-sessions — Makes a link that lets one of your users into their organization's pages, once. */
  readonly portalSessionsCreate: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: {
      readonly organizationId?: string | undefined;
      readonly user: {
        readonly id: string;
        readonly name: string;
        readonly role?: string | null | undefined;
      };
      readonly plan?: string | null | undefined;
      readonly capabilities?: readonly string[] | null | undefined;
      readonly returnUrl?: string | null | undefined;
      readonly ttl?: string | number | undefined;
    };
    readonly answer: {
      readonly id: string;
      readonly userId: string;
      readonly url: string;
      readonly expiresAt: string;
    };
  };
  /** POST /api/setup — Signs the first operator in by the link that the start shows; name, address and password may come now or later. */
  readonly setupCreate: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: Readonly<Record<string, never>>;
    readonly body: {
      readonly token: string;
      readonly email?: string | undefined;
      readonly name?: string | undefined;
      readonly password?: string | undefined;
    };
    readonly answer: {
      readonly user: User;
      readonly expiresAt: string;
    };
  };
  /** POST /api/setup/links — Makes a link that signs the first operator in, once, while no operator can sign in. */
  readonly setupLinks: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>> | undefined;
    readonly answer: {
      readonly url: string;
      readonly expiresAt: string;
    };
  };
  /** POST /api/sessions — Signs a person in; the answer sets the session's cookie. */
  readonly sessionsCreate: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: Readonly<Record<string, never>>;
    readonly body: {
      readonly email: string;
      readonly password: string;
    };
    readonly answer: {
      readonly user: User;
      readonly expiresAt: string;
    };
  };
  /** GET /api/sessions — Lists the sessions of whoever asks. */
  readonly sessionsList: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: Readonly<Record<string, never>>;
    readonly body: undefined;
    readonly answer: {
      readonly data: readonly Session[];
    };
  };
  /** DELETE /api/sessions — Ends all of one's own sessions but the one that asks. */
  readonly sessionsDeleteOthers: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: Readonly<Record<string, never>>;
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** POST /api/invitations/accept — Accepts an invitation with a new account, or with the password of the one there is. */
  readonly invitationsAccept: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: Readonly<Record<string, never>>;
    readonly body: {
      readonly token: string;
      readonly name: string;
      readonly password: string;
    };
    readonly answer: {
      readonly user: User;
      readonly expiresAt: string;
    };
  };
  /** POST /api/password-resets — Sends a link to a new password, if somebody has this address; the answer does not say so. */
  readonly passwordResetsCreate: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: Readonly<Record<string, never>>;
    readonly body: {
      readonly email: string;
    };
    readonly answer: Readonly<Record<string, never>>;
  };
  /** POST /api/password-resets/confirm — Sets a new password by a link, ends all sessions of the person and signs them in. */
  readonly passwordResetsConfirm: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: Readonly<Record<string, never>>;
    readonly body: {
      readonly token: string;
      readonly password: string;
    };
    readonly answer: {
      readonly user: User;
      readonly expiresAt: string;
    };
  };
  /** GET /portal — Exchanges the code of a portal link for a session, once, and goes on to the dashboard. */
  readonly portalRead: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly code: string };
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** DELETE /api/sessions/current — Signs out; the answer takes the cookie away. */
  readonly sessionsCurrentDelete: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: Readonly<Record<string, never>>;
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** DELETE /api/sessions/{id} — Ends one of one's own sessions, wherever it is. */
  readonly sessionsDelete: {
    readonly params: { readonly id: string };
    readonly query: Readonly<Record<string, never>>;
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** GET /api/sign-in — Says by which ways people sign in here. */
  readonly signInRead: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: Readonly<Record<string, never>>;
    readonly body: undefined;
    readonly answer: {
      readonly password: boolean;
      readonly passwordReset: boolean;
      readonly oidc: {
        readonly host: string;
        readonly url: string;
      } | null;
    };
  };
  /** GET /api/oidc/start — Sends the browser to the identity provider. */
  readonly oidcStartRead: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly return?: string | undefined };
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** GET /api/oidc/callback — Where the identity provider sends the browser back; begins a session and goes on. */
  readonly oidcCallbackRead: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly code?: string | undefined; readonly state?: string | undefined; readonly iss?: string | undefined; readonly error?: string | undefined };
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** POST /api/device-logins — Begins the sign-in of a command line: a person approves its code in the browser. */
  readonly deviceLoginsCreate: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: Readonly<Record<string, never>>;
    readonly body: {
      readonly name?: string | undefined;
    } | undefined;
    readonly answer: {
      readonly deviceCode: string;
      readonly userCode: string;
      readonly verificationUrl: string;
      readonly verificationUrlComplete: string;
      readonly expiresInSeconds: number;
      readonly intervalSeconds: number;
    };
  };
  /** POST /api/device-logins/session — Picks the session of an approved command line up, once; 202 as long as nobody has answered. */
  readonly deviceLoginsSession: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: Readonly<Record<string, never>>;
    readonly body: {
      readonly deviceCode: string;
    };
    readonly answer: {
      readonly status: "pending" | "approved";
      readonly token: string | null;
      readonly sessionId: string | null;
      readonly expiresAt: string | null;
      readonly user: User | null;
    };
  };
  /** GET /api/device-logins/{code} — Shows which command line wants to be signed in, for the person who is to approve it. */
  readonly deviceLoginsRead: {
    readonly params: { readonly code: string };
    readonly query: Readonly<Record<string, never>>;
    readonly body: undefined;
    readonly answer: DeviceLogin;
  };
  /** POST /api/device-logins/{code}/approve — Lets a command line act as whoever asks, from their browser. */
  readonly deviceLoginsApprove: {
    readonly params: { readonly code: string };
    readonly query: Readonly<Record<string, never>>;
    readonly body: undefined;
    readonly answer: DeviceLogin;
  };
  /** POST /api/device-logins/{code}/deny — Refuses the sign-in of a command line. */
  readonly deviceLoginsDeny: {
    readonly params: { readonly code: string };
    readonly query: Readonly<Record<string, never>>;
    readonly body: undefined;
    readonly answer: DeviceLogin;
  };
  /** GET /api/me — Shows who has signed in, where they are, and what is open to them there. */
  readonly meRead: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: Readonly<Record<string, never>>;
    readonly body: undefined;
    readonly answer: Me;
  };
  /** PATCH /api/me — Changes one's own name or password; a new password ends all other sessions. */
  readonly meUpdate: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: Readonly<Record<string, never>>;
    readonly body: {
      readonly name?: string | undefined;
      readonly password?: {
        readonly present?: string | undefined;
        readonly next: string;
      } | undefined;
    };
    readonly answer: User;
  };
  /** POST /api/me/organization — Goes to another organization of one's own. */
  readonly meOrganization: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: Readonly<Record<string, never>>;
    readonly body: {
      readonly organizationId: string;
    };
    readonly answer: Me;
  };
  /** POST /api/me/email — Sends a link to another mail address of one's own; it counts once the link was used. */
  readonly meEmail: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: Readonly<Record<string, never>>;
    readonly body: {
      readonly email: string;
      readonly password?: string | undefined;
    };
    readonly answer: Readonly<Record<string, never>>;
  };
  /** POST /api/me/email/confirm — Makes a new mail address count, by the link that was sent to it. */
  readonly meEmailConfirm: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: Readonly<Record<string, never>>;
    readonly body: {
      readonly token: string;
    };
    readonly answer: {
      readonly email: string;
    };
  };
  /** GET /api/me/admins — Names who can help in the organization that the caller looks at: its admins, without addresses. */
  readonly meAdminsList: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: Readonly<Record<string, never>>;
    readonly body: undefined;
    readonly answer: {
      readonly data: ReadonlyArray<{
        readonly name: string;
        readonly role: string;
      }>;
    };
  };
  /** POST /api/operator-keys — Makes an operator key; this answer is the only one that shows it. */
  readonly operatorKeysCreate: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: Readonly<Record<string, never>>;
    readonly body: {
      readonly name: string;
    };
    readonly answer: {
      readonly id: string;
      readonly name: string;
      readonly prefix: string;
      readonly createdAt: string;
      readonly revokedAt: string | null;
      readonly key: string;
    };
  };
  /** GET /api/operator-keys — Lists the operator keys, revoked ones too, the newest first. */
  readonly operatorKeysList: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly id?: string | undefined; readonly limit?: number | undefined; readonly cursor?: string | undefined; readonly sort?: string | undefined };
    readonly body: undefined;
    readonly answer: {
      readonly data: readonly OperatorKey[];
      readonly nextCursor: string | null;
      readonly hasMore: boolean;
    };
  };
  /** DELETE /api/operator-keys/{id} — Revokes an operator key; after the answer no node accepts it. */
  readonly operatorKeysDelete: {
    readonly params: { readonly id: string };
    readonly query: Readonly<Record<string, never>>;
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** POST /api/keys — Makes an API key; this answer is the only one that shows it. */
  readonly keysCreate: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: {
      readonly name: string;
      readonly description?: string | undefined;
      readonly environment?: string | null | undefined;
      readonly scopes: readonly string[];
      readonly resources?: readonly string[] | undefined;
      readonly addresses?: readonly string[] | undefined;
      readonly requestsPerMinute?: number | null | undefined;
      readonly enabled?: boolean | undefined;
      readonly expiresAt?: string | null | undefined;
      readonly organizationId?: string | undefined;
    };
    readonly answer: {
      readonly id: string;
      readonly organizationId: string;
      readonly name: string;
      readonly description: string;
      readonly environment: string | null;
      readonly scopes: readonly string[];
      readonly resources: readonly string[];
      readonly addresses: readonly string[];
      readonly requestsPerMinute: number | null;
      readonly enabled: boolean;
      readonly status: "active" | "disabled" | "expired" | "revoked";
      readonly prefix: string;
      readonly lastFour: string;
      readonly createdAt: string;
      readonly updatedAt: string;
      readonly expiresAt: string | null;
      readonly revokedAt: string | null;
      readonly replacedBy: string | null;
      readonly lastUsedAt: string | null;
      readonly lastUsedAddress: string | null;
      readonly version: number;
      readonly key: string;
    };
  };
  /** GET /api/keys — Lists API keys, the newest first; never the keys themselves. */
  readonly keysList: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly organizationId?: string | undefined; readonly limit?: number | undefined; readonly cursor?: string | undefined; readonly sort?: string | undefined; readonly id?: string | undefined; readonly status?: "active" | "disabled" | "expired" | "revoked" | ReadonlyArray<"active" | "disabled" | "expired" | "revoked"> | undefined; readonly environment?: string | undefined; readonly scope?: string | undefined; readonly q?: string | undefined };
    readonly body: undefined;
    readonly answer: {
      readonly data: readonly ApiKey[];
      readonly nextCursor: string | null;
      readonly hasMore: boolean;
    };
  };
  /** GET /api/keys/{id} — Shows an API key, but for the key itself. */
  readonly keysRead: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: undefined;
    readonly answer: ApiKey;
  };
  /** PATCH /api/keys/{id} — Changes an API key (JSON merge patch), for every request from now on, on every node. */
  readonly keysUpdate: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: {
      readonly name?: string | undefined;
      readonly description?: string | undefined;
      readonly environment?: string | null | undefined;
      readonly scopes?: readonly string[] | undefined;
      readonly resources?: readonly string[] | undefined;
      readonly addresses?: readonly string[] | undefined;
      readonly requestsPerMinute?: number | null | undefined;
      readonly enabled?: boolean | undefined;
      readonly expiresAt?: string | null | undefined;
    };
    readonly answer: ApiKey;
  };
  /** DELETE /api/keys/{id} — Revokes an API key for ever; after the answer no node accepts it. */
  readonly keysDelete: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** POST /api/keys/bulk-revoke — Revokes several API keys, each on its own, and says for each what came of it. */
  readonly keysBulkRevoke: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: {
      readonly ids: readonly string[];
    };
    readonly answer: {
      readonly data: ReadonlyArray<{
        readonly id: string;
        readonly status: number;
        readonly code: string | null;
      }>;
    };
  };
  /** POST /api/keys/{id}/roll — Makes a key with the same settings; the old one ends at once or after an overlap. */
  readonly keysRoll: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: {
      readonly previousExpiresIn?: string | number | undefined;
    } | undefined;
    readonly answer: {
      readonly id: string;
      readonly organizationId: string;
      readonly name: string;
      readonly description: string;
      readonly environment: string | null;
      readonly scopes: readonly string[];
      readonly resources: readonly string[];
      readonly addresses: readonly string[];
      readonly requestsPerMinute: number | null;
      readonly enabled: boolean;
      readonly status: "active" | "disabled" | "expired" | "revoked";
      readonly prefix: string;
      readonly lastFour: string;
      readonly createdAt: string;
      readonly updatedAt: string;
      readonly expiresAt: string | null;
      readonly revokedAt: string | null;
      readonly replacedBy: string | null;
      readonly lastUsedAt: string | null;
      readonly lastUsedAddress: string | null;
      readonly version: number;
      readonly key: string;
    };
  };
  /** POST /api/keys/verify — Says whether a key that one of your callers has shown is good, and for what. */
  readonly keysVerify: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: {
      readonly key: string;
      readonly scopes?: readonly string[] | undefined;
      readonly resource?: string | undefined;
      readonly ip?: string | undefined;
      readonly method?: string | undefined;
      readonly path?: string | undefined;
    };
    readonly answer: KeyVerdict;
  };
  /** GET /api/keys/{id}/calls — Lists the latest calls of a key, a sample of them under load, for 7 days. */
  readonly keysCallsList: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined; readonly limit?: number | undefined; readonly cursor?: string | undefined; readonly sort?: string | undefined };
    readonly body: undefined;
    readonly answer: {
      readonly data: readonly ApiKeyCall[];
      readonly nextCursor: string | null;
      readonly hasMore: boolean;
    };
  };
  /** GET /api/keys/{id}/usage — Counts the requests of a key by the hour (UTC); hours without any are left out. */
  readonly keysUsageList: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined; readonly range?: "24h" | "7d" | "30d" | undefined };
    readonly body: undefined;
    readonly answer: {
      readonly data: ReadonlyArray<{
        readonly hour: string;
        readonly requests: number;
        readonly refusals: number;
      }>;
    };
  };
  /** GET /api/audit-log — Lists who changed what, the newest first. */
  readonly auditLogList: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly organizationId?: string | undefined; readonly limit?: number | undefined; readonly cursor?: string | undefined; readonly sort?: string | undefined; readonly "createdAt[gte]"?: string | undefined; readonly "createdAt[lte]"?: string | undefined; readonly action?: string | undefined; readonly actorId?: string | undefined; readonly objectId?: string | undefined; readonly refused?: boolean | undefined };
    readonly body: undefined;
    readonly answer: {
      readonly data: readonly AuditEntry[];
      readonly nextCursor: string | null;
      readonly hasMore: boolean;
    };
  };
  /** GET /api/profiles — Lists the installed profiles. */
  readonly profilesList: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: Readonly<Record<string, never>>;
    readonly body: undefined;
    readonly answer: {
      readonly data: ReadonlyArray<{
        readonly id: string;
        readonly title: string;
        readonly source: string;
        readonly wireFormat: string;
        readonly labels: { readonly [member: string]: string };
      }>;
    };
  };
  /** GET /api/profiles/{id} — Shows a whole profile and which profile each value comes from; write / in the id as %2F. */
  readonly profilesRead: {
    readonly params: { readonly id: string };
    readonly query: Readonly<Record<string, never>>;
    readonly body: undefined;
    readonly answer: Profile;
  };
  /** GET /api/profiles/{id}/lint — Says what is wrong with a profile, what operators have changed included; by the rules of `posthorn profiles lint`. */
  readonly profilesLint: {
    readonly params: { readonly id: string };
    readonly query: Readonly<Record<string, never>>;
    readonly body: undefined;
    readonly answer: ProfileLint;
  };
  /** GET /api/profiles/{id}/plans — Shows the plans of a profile: in force, being written, and published before. */
  readonly plansRead: {
    readonly params: { readonly id: string };
    readonly query: Readonly<Record<string, never>>;
    readonly body: undefined;
    readonly answer: Plans;
  };
  /** PUT /api/profiles/{id}/plans/draft — Keeps plans, gates and limits as a draft, whole; they are judged like a profile's file and in force for nobody. */
  readonly plansPutDraft: {
    readonly params: { readonly id: string };
    readonly query: Readonly<Record<string, never>>;
    readonly body: {
      readonly plans: readonly string[];
      readonly gates: { readonly [member: string]: {
        readonly workspace: readonly string[];
        readonly plans: "*" | readonly string[];
        readonly membership?: boolean | undefined;
        readonly organization?: readonly string[] | undefined;
      } };
      readonly limits: { readonly [Member in string | "*"]?: {
        readonly endpoints?: number | null | undefined;
        readonly keys?: number | null | undefined;
        readonly members?: number | null | undefined;
        readonly readsPerMinute?: number | null | undefined;
        readonly writesPerMinute?: number | null | undefined;
        readonly publishesPerMinute?: number | null | undefined;
      } };
    };
    readonly answer: Plans;
  };
  /** DELETE /api/profiles/{id}/plans/draft — Forgets the draft of a profile's plans. */
  readonly plansDiscardDraft: {
    readonly params: { readonly id: string };
    readonly query: Readonly<Record<string, never>>;
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** POST /api/profiles/{id}/plans/publish — Puts the draft into force; when the answer comes, every node decides by it. */
  readonly plansPublish: {
    readonly params: { readonly id: string };
    readonly query: Readonly<Record<string, never>>;
    readonly body: Readonly<Record<string, never>> | undefined;
    readonly answer: Plans;
  };
  /** POST /api/profiles/{id}/plans/revert — Puts plans into force that were published before, or the profile's own. */
  readonly plansRevert: {
    readonly params: { readonly id: string };
    readonly query: Readonly<Record<string, never>>;
    readonly body: {
      readonly version: number;
    };
    readonly answer: Plans;
  };
  /** POST /api/profiles/{id}/plans/preview — Says what somebody sees under plans that are not in force, and what is wrong with these. */
  readonly plansPreview: {
    readonly params: { readonly id: string };
    readonly query: Readonly<Record<string, never>>;
    readonly body: {
      readonly rules: {
        readonly plans: readonly string[];
        readonly gates: { readonly [member: string]: {
          readonly workspace: readonly string[];
          readonly plans: "*" | readonly string[];
          readonly membership?: boolean | undefined;
          readonly organization?: readonly string[] | undefined;
        } };
        readonly limits: { readonly [Member in string | "*"]?: {
          readonly endpoints?: number | null | undefined;
          readonly keys?: number | null | undefined;
          readonly members?: number | null | undefined;
          readonly readsPerMinute?: number | null | undefined;
          readonly writesPerMinute?: number | null | undefined;
          readonly publishesPerMinute?: number | null | undefined;
        } };
      };
      readonly role: string;
      readonly membership: string | null;
      readonly plan: string | null;
    };
    readonly answer: PlansPreview;
  };
  /** GET /api/event-types — The catalogue of an organization: every event type of its profile, with what operators have changed and added. */
  readonly eventTypesList: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: undefined;
    readonly answer: {
      readonly data: readonly EventType[];
      readonly open: boolean;
      readonly operational: readonly EventType[];
    };
  };
  /** POST /api/event-types — Adds an event type to the catalogue of a profile; it holds on all nodes at once. */
  readonly eventTypesCreate: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: Readonly<Record<string, never>>;
    readonly body: {
      readonly profile?: string | undefined;
      readonly title?: string | undefined;
      readonly group?: string | undefined;
      readonly description: string;
      readonly schema?: { readonly [member: string]: JsonValue } | undefined;
      readonly example?: JsonValue | undefined;
      readonly deprecated?: string | null | undefined;
      readonly type: string;
    };
    readonly answer: OperatorsEventType;
  };
  /** PATCH /api/event-types/{type} — Changes what an event type is called and said to hold, and whether it is deprecated; what is left out stays. */
  readonly eventTypesUpdate: {
    readonly params: { readonly type: string };
    readonly query: Readonly<Record<string, never>>;
    readonly body: {
      readonly profile?: string | undefined;
      readonly title?: string | undefined;
      readonly group?: string | undefined;
      readonly description?: string | undefined;
      readonly schema?: { readonly [member: string]: JsonValue } | undefined;
      readonly example?: JsonValue | undefined;
      readonly deprecated?: string | null | undefined;
    };
    readonly answer: OperatorsEventType;
  };
  /** DELETE /api/event-types/{type} — Takes back what operators have said of an event type: the profile's is as before, one that was added is gone. */
  readonly eventTypesDelete: {
    readonly params: { readonly type: string };
    readonly query: { readonly profile?: string | undefined };
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** GET /api/catalogue — Shows the catalogue of a profile with what operators have changed of it, who asks for each type, and how much of it is published. */
  readonly catalogueRead: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly profile?: string | undefined };
    readonly body: undefined;
    readonly answer: Catalogue;
  };
  /** GET /api/event-types/{type}/subscribers — Shows which endpoints name an event type: whom it concerns when it is deprecated. */
  readonly eventTypesSubscribers: {
    readonly params: { readonly type: string };
    readonly query: { readonly profile?: string | undefined };
    readonly body: undefined;
    readonly answer: EventTypeSubscribers;
  };
  /** GET /api/catalogue/coverage — Compares the catalogue of a profile with what its organizations have published in 30 days, test events included. */
  readonly catalogueCoverageRead: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly profile?: string | undefined };
    readonly body: undefined;
    readonly answer: CatalogueCoverage;
  };
  /** POST /api/catalogue/import — Adds and changes event types from a document, all or none: an object of types by name, an OpenAPI 3.1 description with `webhooks`, or as a text the TypeScript that `posthorn types` writes. */
  readonly catalogueImport: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: Readonly<Record<string, never>>;
    readonly body: {
      readonly profile?: string | undefined;
      readonly document: { readonly [member: string]: unknown } | string;
      readonly isPreview?: boolean | undefined;
    };
    readonly answer: CatalogueImport;
  };
  /** POST /api/webhooks — Makes a webhook; its secret is in this answer. */
  readonly webhooksCreate: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: {
      readonly url: string;
      readonly events: readonly string[];
      /** Only events that match are delivered, for example `{"data":{"amount":{"$gt":500}}}`; null for every event of the subscribed types. A change replaces it as a whole. */
      readonly filter?: unknown | undefined;
      /** Only events with exactly this resource, such as `artist:nova`; null for all. */
      readonly resource?: string | null | undefined;
      /** At most so many requests, evenly spread; what waits for its turn spends no attempt. Null for no limit. */
      readonly rateLimit?: {
        readonly count: number;
        readonly per: "second" | "minute" | "hour";
      } | null | undefined;
      /** `key`: of the events that share an ordering key, one is sent when the one before it has ended. Holds for events that are accepted from then on. */
      readonly ordering?: "none" | "key" | undefined;
      readonly description?: string | undefined;
      readonly enabled?: boolean | undefined;
      readonly secret?: string | undefined;
      readonly headers?: { readonly [member: string]: string } | undefined;
      readonly wireFormat?: string | undefined;
      /** Up to 10 addresses that get a mail about trouble with this webhook; empty for the owners and admins of the organization. */
      readonly alertEmails?: readonly string[] | undefined;
      readonly organizationId?: string | undefined;
    };
    readonly answer: {
      readonly id: string;
      readonly organizationId: string;
      readonly url: string;
      readonly description: string;
      readonly events: readonly string[];
      /** Only events that match are delivered, for example `{"data":{"amount":{"$gt":500}}}`; null for every event of the subscribed types. A change replaces it as a whole. */
      readonly filter: unknown;
      /** Only events with exactly this resource, such as `artist:nova`; null for all. */
      readonly resource: string | null;
      /** At most so many requests, evenly spread; what waits for its turn spends no attempt. Null for no limit. */
      readonly rateLimit: {
        readonly count: number;
        readonly per: "second" | "minute" | "hour";
      } | null;
      /** `key`: of the events that share an ordering key, one is sent when the one before it has ended. Holds for events that are accepted from then on. */
      readonly ordering: "none" | "key";
      readonly enabled: boolean;
      readonly status: "active" | "failing" | "paused" | "disabled";
      readonly disabledReason: string | null;
      readonly wireFormat: string;
      readonly headers: { readonly [member: string]: string };
      /** Up to 10 addresses that get a mail about trouble with this webhook; empty for the owners and admins of the organization. */
      readonly alertEmails: readonly string[];
      readonly version: number;
      readonly failingSince: string | null;
      readonly secretCreatedAt: string;
      readonly hasNextSecret: boolean;
      readonly previousSecretExpiresAt: string | null;
      readonly createdAt: string;
      readonly updatedAt: string;
      readonly secret: string;
    };
  };
  /** GET /api/webhooks — Lists webhooks, the newest first. */
  readonly webhooksList: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly organizationId?: string | undefined; readonly limit?: number | undefined; readonly cursor?: string | undefined; readonly sort?: string | undefined; readonly id?: string | undefined; readonly status?: "active" | "failing" | "paused" | "disabled" | ReadonlyArray<"active" | "failing" | "paused" | "disabled"> | undefined; readonly event?: string | readonly string[] | undefined; readonly q?: string | undefined };
    readonly body: undefined;
    readonly answer: {
      readonly data: readonly Webhook[];
      readonly nextCursor: string | null;
      readonly hasMore: boolean;
    };
  };
  /** GET /api/webhooks/{id} — Shows a webhook. */
  readonly webhooksRead: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: undefined;
    readonly answer: Webhook;
  };
  /** PATCH /api/webhooks/{id} — Changes a webhook (JSON merge patch); applies to every attempt that starts afterwards. */
  readonly webhooksUpdate: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: {
      readonly url?: string | undefined;
      readonly events?: readonly string[] | undefined;
      /** Only events that match are delivered, for example `{"data":{"amount":{"$gt":500}}}`; null for every event of the subscribed types. A change replaces it as a whole. */
      readonly filter?: unknown | undefined;
      /** Only events with exactly this resource, such as `artist:nova`; null for all. */
      readonly resource?: string | null | undefined;
      /** At most so many requests, evenly spread; what waits for its turn spends no attempt. Null for no limit. */
      readonly rateLimit?: {
        readonly count: number;
        readonly per: "second" | "minute" | "hour";
      } | null | undefined;
      /** `key`: of the events that share an ordering key, one is sent when the one before it has ended. Holds for events that are accepted from then on. */
      readonly ordering?: "none" | "key" | undefined;
      readonly description?: string | null | undefined;
      readonly enabled?: boolean | undefined;
      readonly headers?: { readonly [member: string]: string | null } | null | undefined;
      readonly wireFormat?: string | undefined;
      /** Up to 10 addresses that get a mail about trouble with this webhook; empty for the owners and admins of the organization. */
      readonly alertEmails?: readonly string[] | undefined;
    };
    readonly answer: Webhook;
  };
  /** DELETE /api/webhooks/{id} — Deletes a webhook and cancels its unfinished deliveries; its log stays. */
  readonly webhooksDelete: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** POST /api/webhooks/validate-url — Says whether a webhook may have this URL, without calling it. */
  readonly webhooksValidateUrl: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: {
      readonly url: string;
      readonly wireFormat?: string | undefined;
      readonly organizationId?: string | undefined;
    };
    readonly answer: {
      readonly valid: boolean;
      readonly url: string | null;
      readonly errors: ReadonlyArray<{
        readonly pointer: string;
        readonly code: string;
        readonly message: string;
        readonly fix?: string | undefined;
      }>;
    };
  };
  /** GET /api/webhooks/{id}/health — Sums up how the deliveries of a webhook have gone lately. */
  readonly webhooksHealthRead: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: undefined;
    readonly answer: {
      readonly healthy: boolean;
      readonly lastDelivery: string | null;
      readonly successRate: number | null;
    };
  };
  /** POST /api/webhooks/bulk-delete — Deletes several webhooks; one answer for each. */
  readonly webhooksBulkDelete: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: {
      readonly ids: readonly string[];
    };
    readonly answer: {
      readonly data: ReadonlyArray<{
        readonly id: string;
        readonly status: 204 | 404;
        readonly code: string | null;
      }>;
    };
  };
  /** POST /api/webhooks/{id}/pause — Holds the deliveries of a webhook; events go on being accepted for it. */
  readonly webhooksPause: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: Readonly<Record<string, never>> | undefined;
    readonly answer: Webhook;
  };
  /** POST /api/webhooks/{id}/resume — Makes a paused or disabled webhook active and sends what it holds. */
  readonly webhooksResume: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: Readonly<Record<string, never>> | undefined;
    readonly answer: Webhook;
  };
  /** GET /api/webhooks/{id}/secret — Shows the signing secret; each time is logged. */
  readonly webhooksSecretRead: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: undefined;
    readonly answer: {
      readonly secret: string;
      readonly nextSecret: string | null;
    };
  };
  /** POST /api/webhooks/{id}/roll-secret — Gives a webhook a new signing secret, at once, with an overlap or staged. */
  readonly webhooksRollSecret: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: {
      readonly previousExpiresIn?: string | number | undefined;
      readonly secret?: string | undefined;
    } | undefined;
    readonly answer: {
      readonly id: string;
      readonly organizationId: string;
      readonly url: string;
      readonly description: string;
      readonly events: readonly string[];
      /** Only events that match are delivered, for example `{"data":{"amount":{"$gt":500}}}`; null for every event of the subscribed types. A change replaces it as a whole. */
      readonly filter: unknown;
      /** Only events with exactly this resource, such as `artist:nova`; null for all. */
      readonly resource: string | null;
      /** At most so many requests, evenly spread; what waits for its turn spends no attempt. Null for no limit. */
      readonly rateLimit: {
        readonly count: number;
        readonly per: "second" | "minute" | "hour";
      } | null;
      /** `key`: of the events that share an ordering key, one is sent when the one before it has ended. Holds for events that are accepted from then on. */
      readonly ordering: "none" | "key";
      readonly enabled: boolean;
      readonly status: "active" | "failing" | "paused" | "disabled";
      readonly disabledReason: string | null;
      readonly wireFormat: string;
      readonly headers: { readonly [member: string]: string };
      /** Up to 10 addresses that get a mail about trouble with this webhook; empty for the owners and admins of the organization. */
      readonly alertEmails: readonly string[];
      readonly version: number;
      readonly failingSince: string | null;
      readonly secretCreatedAt: string;
      readonly hasNextSecret: boolean;
      readonly previousSecretExpiresAt: string | null;
      readonly createdAt: string;
      readonly updatedAt: string;
      readonly secret: string;
      readonly mode: "immediate" | "overlap" | "staged";
    };
  };
  /** POST /api/webhooks/{id}/secret/promote — Makes the staged secret the one that signs; the old one ends. */
  readonly webhooksSecretPromote: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: Readonly<Record<string, never>> | undefined;
    readonly answer: Webhook;
  };
  /** POST /api/webhooks/{id}/secret/overlap — Ends the overlap of a rolled secret now, or later than it was to end. */
  readonly webhooksSecretOverlap: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: {
      readonly previousExpiresIn: string | number;
    };
    readonly answer: Webhook;
  };
  /** POST /api/webhooks/preview — Says which of the latest events a webhook with these settings would get, and why not the others. */
  readonly webhooksPreview: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: {
      readonly endpointId?: string | undefined;
      readonly events?: readonly string[] | undefined;
      /** Only events that match are delivered, for example `{"data":{"amount":{"$gt":500}}}`; null for every event of the subscribed types. A change replaces it as a whole. */
      readonly filter?: unknown | undefined;
      /** Only events with exactly this resource, such as `artist:nova`; null for all. */
      readonly resource?: string | null | undefined;
      readonly types?: readonly string[] | undefined;
      readonly limit?: number | undefined;
      readonly organizationId?: string | undefined;
    };
    readonly answer: {
      readonly examined: number;
      readonly matched: number;
      readonly data: readonly PreviewedEvent[];
    };
  };
  /** GET /api/webhooks/{id}/held — Counts what a paused or disabled webhook holds: how many, of what age, of which types. */
  readonly webhooksHeldRead: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: undefined;
    readonly answer: HeldDeliveries;
  };
  /** POST /api/webhooks/{id}/release — Starts a paused or disabled webhook again with all, a sample or none of what it holds, as a job; 200 for a preview. */
  readonly webhooksRelease: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: {
      readonly take: "all";
      readonly rate?: string | undefined;
      readonly dryRun?: boolean | undefined;
    } | {
      readonly take: "none";
      readonly dryRun?: boolean | undefined;
    } | {
      readonly take: "newest";
      readonly count: number;
      readonly rate?: string | undefined;
      readonly dryRun?: boolean | undefined;
    } | {
      readonly take: "every";
      readonly step: number;
      readonly rate?: string | undefined;
      readonly dryRun?: boolean | undefined;
    };
    readonly answer: Job | ReleasePreview;
  };
  /** POST /api/webhooks/{id}/replay — Sends again what failed, everything, or what the webhook never got, as a job; 200 for a dry run. */
  readonly webhooksReplay: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: {
      readonly mode: "failed" | "all" | "missing";
      readonly since: string;
      readonly until?: string | undefined;
      readonly types?: readonly string[] | undefined;
      readonly rate?: string | undefined;
      readonly dryRun?: boolean | undefined;
    };
    readonly answer: Job | DryRun;
  };
  /** POST /api/events — Publishes an event: when the answer comes, it and its deliveries are stored. */
  readonly eventsPublish: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: NewEvent;
    readonly answer: AcceptedEvent;
  };
  /** GET /api/events — Lists events without their data, the newest first. */
  readonly eventsList: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly organizationId?: string | undefined; readonly limit?: number | undefined; readonly cursor?: string | undefined; readonly sort?: string | undefined; readonly id?: string | undefined; readonly "createdAt[gte]"?: string | undefined; readonly "createdAt[lte]"?: string | undefined; readonly type?: string | readonly string[] | undefined; readonly isTest?: boolean | undefined };
    readonly body: undefined;
    readonly answer: {
      readonly data: readonly EventSummary[];
      readonly nextCursor: string | null;
      readonly hasMore: boolean;
    };
  };
  /** POST /api/events/batch — Publishes up to 100 events: what is wrong with one refuses all of them. */
  readonly eventsBatch: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: NewEventBatch;
    readonly answer: {
      readonly data: readonly AcceptedEvent[];
    };
  };
  /** GET /api/events/{id} — Shows an event with its data and what became of its deliveries. */
  readonly eventsRead: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: undefined;
    readonly answer: Event;
  };
  /** GET /api/events/{id}/explain — Says for each endpoint why it did or did not get the event. */
  readonly eventsExplainList: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: undefined;
    readonly answer: {
      readonly data: ReadonlyArray<{
        readonly endpointId: string;
        readonly url: string;
        readonly reason: "has_delivery" | "test_event" | "created_after_event" | "type_not_subscribed" | "other_resource" | "filter_does_not_match" | "payload_purged" | "changed_since";
        readonly message: string;
        readonly deliveryId: string | null;
        readonly status: "pending" | "sending" | "retrying" | "held" | "delivered" | "failed" | "cancelled" | null;
      }>;
    };
  };
  /** POST /api/events/{id}/purge — Removes the payload of an event and what receivers answered; ids and outcomes stay, unfinished deliveries end. */
  readonly eventsPurge: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: Readonly<Record<string, never>> | undefined;
    readonly answer: PurgedEvent;
  };
  /** GET /api/deliveries — Lists deliveries, the newest first. */
  readonly deliveriesList: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly organizationId?: string | undefined; readonly limit?: number | undefined; readonly cursor?: string | undefined; readonly sort?: string | undefined; readonly id?: string | undefined; readonly "createdAt[gte]"?: string | undefined; readonly "createdAt[lte]"?: string | undefined; readonly eventId?: string | undefined; readonly endpointId?: string | undefined; readonly status?: "pending" | "sending" | "retrying" | "held" | "delivered" | "failed" | "cancelled" | ReadonlyArray<"pending" | "sending" | "retrying" | "held" | "delivered" | "failed" | "cancelled"> | undefined; readonly type?: string | readonly string[] | undefined; readonly resource?: string | undefined; readonly orderingKey?: string | undefined; readonly isTest?: boolean | undefined; readonly response?: "2xx" | "3xx" | "4xx" | "5xx" | "timeout" | "connection_error" | "tls_error" | "dns_error" | "address_not_allowed" | "invalid_response" | "lost" | ReadonlyArray<"2xx" | "3xx" | "4xx" | "5xx" | "timeout" | "connection_error" | "tls_error" | "dns_error" | "address_not_allowed" | "invalid_response" | "lost"> | undefined; readonly "attempts[gte]"?: string | undefined };
    readonly body: undefined;
    readonly answer: {
      readonly data: readonly Delivery[];
      readonly nextCursor: string | null;
      readonly hasMore: boolean;
    };
  };
  /** GET /api/deliveries/{id} — Shows a delivery. */
  readonly deliveriesRead: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: undefined;
    readonly answer: Delivery;
  };
  /** GET /api/deliveries/{id}/attempts — Lists the attempts of a delivery, the oldest first; of more than 200 the latest ones. */
  readonly deliveriesAttemptsList: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: undefined;
    readonly answer: {
      readonly data: readonly Attempt[];
    };
  };
  /** POST /api/deliveries/{id}/redeliver — Sends a finished delivery again, or a waiting one now: same id, same body, new signature. */
  readonly deliveriesRedeliver: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: Readonly<Record<string, never>> | undefined;
    readonly answer: Delivery;
  };
  /** POST /api/deliveries/{id}/cancel — Ends an unfinished delivery; a request that is under way may still arrive. */
  readonly deliveriesCancel: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: Readonly<Record<string, never>> | undefined;
    readonly answer: Delivery;
  };
  /** GET /api/deliveries/{id}/attempts/{number}/request — Shows the request of an attempt, to the byte, and the text that its signature covers. */
  readonly deliveriesAttemptsRequestRead: {
    readonly params: { readonly id: string; readonly number: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: undefined;
    readonly answer: SentRequest;
  };
  /** GET /api/webhooks/{id}/queues — Lists the ordering keys of a webhook with deliveries that wait for an earlier one, by key. */
  readonly webhooksQueuesList: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined; readonly limit?: number | undefined; readonly cursor?: string | undefined };
    readonly body: undefined;
    readonly answer: {
      readonly data: readonly Queue[];
      readonly nextCursor: string | null;
      readonly hasMore: boolean;
    };
  };
  /** GET /api/webhooks/{id}/waiting — Sums up what waits for a webhook, and what keeps it waiting. */
  readonly webhooksWaitingRead: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: undefined;
    readonly answer: {
      readonly waitingCount: number;
      readonly oldestDueAt: string | null;
      readonly nextDueAt: string | null;
      /** Null when nothing waits longer than its schedule says. */
      readonly slowedBy: "all_paused" | "paused" | "disabled" | "retry_after" | "failures" | "all_limited" | "rate_limit" | null;
    };
  };
  /** POST /api/deliveries/{id}/skip — Cancels the first delivery of an ordering key, so that the next one is sent. */
  readonly deliveriesSkip: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: Readonly<Record<string, never>> | undefined;
    readonly answer: Delivery;
  };
  /** POST /api/deliveries/{id}/retry — Sends the first delivery of an ordering key now; its schedule goes on behind that. */
  readonly deliveriesRetry: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: Readonly<Record<string, never>> | undefined;
    readonly answer: Delivery;
  };
  /** POST /api/deliveries/{id}/give-up — Cancels the first delivery of an ordering key and all that wait behind it. */
  readonly deliveriesGiveUp: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: Readonly<Record<string, never>> | undefined;
    readonly answer: {
      readonly cancelledCount: number;
      readonly delivery: Delivery;
    };
  };
  /** POST /api/deliveries/redeliver — Sends again what the same query lists, as a job; 200 for a dry run. */
  readonly deliveriesRedeliverAll: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly organizationId?: string | undefined; readonly "createdAt[gte]"?: string | undefined; readonly "createdAt[lte]"?: string | undefined; readonly eventId?: string | undefined; readonly endpointId?: string | undefined; readonly status?: "pending" | "sending" | "retrying" | "held" | "delivered" | "failed" | "cancelled" | ReadonlyArray<"pending" | "sending" | "retrying" | "held" | "delivered" | "failed" | "cancelled"> | undefined; readonly type?: string | readonly string[] | undefined; readonly resource?: string | undefined; readonly orderingKey?: string | undefined; readonly isTest?: boolean | undefined; readonly response?: "2xx" | "3xx" | "4xx" | "5xx" | "timeout" | "connection_error" | "tls_error" | "dns_error" | "address_not_allowed" | "invalid_response" | "lost" | ReadonlyArray<"2xx" | "3xx" | "4xx" | "5xx" | "timeout" | "connection_error" | "tls_error" | "dns_error" | "address_not_allowed" | "invalid_response" | "lost"> | undefined; readonly "attempts[gte]"?: string | undefined };
    readonly body: {
      readonly rate?: string | undefined;
      readonly dryRun?: boolean | undefined;
    } | undefined;
    readonly answer: Job | DryRun;
  };
  /** POST /api/deliveries/cancel — Ends the unfinished deliveries that the same query lists, as a job; 200 for a dry run. */
  readonly deliveriesCancelAll: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly organizationId?: string | undefined; readonly "createdAt[gte]"?: string | undefined; readonly "createdAt[lte]"?: string | undefined; readonly eventId?: string | undefined; readonly endpointId?: string | undefined; readonly status?: "pending" | "sending" | "retrying" | "held" | "delivered" | "failed" | "cancelled" | ReadonlyArray<"pending" | "sending" | "retrying" | "held" | "delivered" | "failed" | "cancelled"> | undefined; readonly type?: string | readonly string[] | undefined; readonly resource?: string | undefined; readonly orderingKey?: string | undefined; readonly isTest?: boolean | undefined; readonly response?: "2xx" | "3xx" | "4xx" | "5xx" | "timeout" | "connection_error" | "tls_error" | "dns_error" | "address_not_allowed" | "invalid_response" | "lost" | ReadonlyArray<"2xx" | "3xx" | "4xx" | "5xx" | "timeout" | "connection_error" | "tls_error" | "dns_error" | "address_not_allowed" | "invalid_response" | "lost"> | undefined; readonly "attempts[gte]"?: string | undefined };
    readonly body: {
      readonly dryRun?: boolean | undefined;
    } | undefined;
    readonly answer: Job | DryRun;
  };
  /** POST /api/deliveries-replay — Sends again what failed, or everything, of a time, for all organizations or those of a profile, as a job; 200 for a dry run. */
  readonly deliveriesReplayAll: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: Readonly<Record<string, never>>;
    readonly body: {
      readonly mode: "failed" | "all";
      readonly since: string;
      readonly until?: string | undefined;
      readonly types?: readonly string[] | undefined;
      readonly profile?: string | undefined;
      readonly rate?: string | undefined;
      readonly dryRun?: boolean | undefined;
    };
    readonly answer: Job | AcrossDryRun;
  };
  /** GET /api/jobs — Lists jobs (replay, bulk redelivery and cancel, release), the newest first. */
  readonly jobsList: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly organizationId?: string | undefined; readonly limit?: number | undefined; readonly cursor?: string | undefined; readonly sort?: string | undefined; readonly id?: string | undefined; readonly status?: "running" | "paused" | "finished" | "cancelled" | "failed" | ReadonlyArray<"running" | "paused" | "finished" | "cancelled" | "failed"> | undefined; readonly kind?: "replay" | "redeliver" | "cancel" | "release" | "purge" | ReadonlyArray<"replay" | "redeliver" | "cancel" | "release" | "purge"> | undefined; readonly endpointId?: string | undefined; readonly isAcross?: boolean | undefined };
    readonly body: undefined;
    readonly answer: {
      readonly data: readonly Job[];
      readonly nextCursor: string | null;
      readonly hasMore: boolean;
    };
  };
  /** GET /api/jobs/{id} — Shows a job and how far it is. */
  readonly jobsRead: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: undefined;
    readonly answer: Job;
  };
  /** DELETE /api/jobs/{id} — Cancels a job; what it has made due already goes out, and what it has done stays done. */
  readonly jobsDelete: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: undefined;
    readonly answer: Job;
  };
  /** POST /api/jobs/{id}/pause — Lets a job wait. */
  readonly jobsPause: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: Readonly<Record<string, never>> | undefined;
    readonly answer: Job;
  };
  /** POST /api/jobs/{id}/resume — Lets a paused job go on. */
  readonly jobsResume: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: Readonly<Record<string, never>> | undefined;
    readonly answer: Job;
  };
  /** POST /api/webhooks/{id}/test — Sends a test event, signed as in production, once; paused webhooks get it too. */
  readonly webhooksTest: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: {
      readonly eventType: string;
      readonly data?: unknown | undefined;
      readonly signWith?: "signing" | "newest" | undefined;
    };
    readonly answer: {
      readonly responseStatus: number | null;
      readonly durationMs: number;
      readonly outcome: "delivered" | "http_error" | "redirect" | "timeout" | "connection_error" | "tls_error" | "dns_error" | "address_not_allowed" | "invalid_response" | "lost";
      readonly error: {
        readonly code: string;
        readonly message: string;
      } | null;
      readonly deliveryId: string;
      readonly eventId: string;
      readonly status: "delivered" | "failed";
    };
  };
  /** POST /api/webhooks/{id}/send — Sends a small unsigned body to see whether a webhook can be reached; it is not counted. */
  readonly webhooksSend: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: Readonly<Record<string, never>> | undefined;
    readonly answer: {
      readonly responseStatus: number | null;
      readonly durationMs: number;
      readonly outcome: "delivered" | "http_error" | "redirect" | "timeout" | "connection_error" | "tls_error" | "dns_error" | "address_not_allowed" | "invalid_response" | "lost";
      readonly error: {
        readonly code: string;
        readonly message: string;
      } | null;
      readonly ok: boolean;
    };
  };
  /** POST /api/webhooks/{id}/test/preview — Shows the request of a test event, to the byte and signed, without sending it, and judges its data by the catalogue's schema. */
  readonly webhooksTestPreview: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: {
      readonly eventType: string;
      readonly data?: unknown | undefined;
      readonly signWith?: "signing" | "newest" | undefined;
    };
    readonly answer: TestPreview;
  };
  /** POST /api/webhooks/{id}/check — Goes a delivery's way step by step, with at most four requests: address, certificate, answer, and whether forged, stale and repeated requests are told apart. */
  readonly webhooksCheck: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: {
      readonly eventType?: string | undefined;
    } | undefined;
    readonly answer: EndpointCheck;
  };
  /** POST /api/inboxes — Makes a test inbox: a URL on this server that keeps what arrives. */
  readonly inboxesCreate: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: {
      readonly name?: string | undefined;
      readonly behavior?: InboxBehavior | undefined;
      readonly organizationId?: string | undefined;
    } | undefined;
    readonly answer: Inbox;
  };
  /** GET /api/inboxes — Lists test inboxes, the newest first. */
  readonly inboxesList: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly organizationId?: string | undefined; readonly limit?: number | undefined; readonly cursor?: string | undefined; readonly sort?: string | undefined; readonly id?: string | undefined };
    readonly body: undefined;
    readonly answer: {
      readonly data: readonly Inbox[];
      readonly nextCursor: string | null;
      readonly hasMore: boolean;
    };
  };
  /** GET /api/inboxes/{id} — Shows a test inbox. */
  readonly inboxesRead: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: undefined;
    readonly answer: Inbox;
  };
  /** PATCH /api/inboxes/{id} — Renames a test inbox or sets how it answers from now on. */
  readonly inboxesUpdate: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: {
      readonly name?: string | undefined;
      readonly behavior?: InboxBehavior | undefined;
    };
    readonly answer: Inbox;
  };
  /** DELETE /api/inboxes/{id} — Deletes a test inbox and all that it has received. */
  readonly inboxesDelete: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** GET /api/inboxes/{id}/requests — Lists what a test inbox has received, each with its signature check in steps. */
  readonly inboxesRequestsList: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined; readonly limit?: number | undefined; readonly cursor?: string | undefined; readonly sort?: string | undefined; readonly id?: string | undefined };
    readonly body: undefined;
    readonly answer: {
      readonly data: readonly InboxRequest[];
      readonly nextCursor: string | null;
      readonly hasMore: boolean;
    };
  };
  /** GET /api/inboxes/{id}/requests/{requestId} — Shows one request that a test inbox has received. */
  readonly inboxesRequestsRead: {
    readonly params: { readonly id: string; readonly requestId: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: undefined;
    readonly answer: InboxRequest;
  };
  /** POST /api/listeners — Makes a listener: events are kept for it until it acknowledges them; its secret is in this answer. */
  readonly listenersCreate: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: {
      readonly name?: string | undefined;
      readonly events?: readonly string[] | undefined;
      /** Only events that match are delivered, for example `{"data":{"amount":{"$gt":500}}}`; null for every event of the subscribed types. A change replaces it as a whole. */
      readonly filter?: unknown | undefined;
      /** Only events with exactly this resource, such as `artist:nova`; null for all. */
      readonly resource?: string | null | undefined;
      /** `key`: of the events that share an ordering key, one is sent when the one before it has ended. Holds for events that are accepted from then on. */
      readonly ordering?: "none" | "key" | undefined;
      readonly wireFormat?: string | undefined;
      readonly secret?: string | undefined;
      readonly webhookId?: string | undefined;
      readonly since?: string | undefined;
      readonly organizationId?: string | undefined;
    } | undefined;
    readonly answer: {
      readonly id: string;
      readonly organizationId: string;
      readonly ownerId: string;
      readonly name: string;
      readonly events: readonly string[];
      /** Only events that match are delivered, for example `{"data":{"amount":{"$gt":500}}}`; null for every event of the subscribed types. A change replaces it as a whole. */
      readonly filter: unknown;
      /** Only events with exactly this resource, such as `artist:nova`; null for all. */
      readonly resource: string | null;
      /** `key`: of the events that share an ordering key, one is sent when the one before it has ended. Holds for events that are accepted from then on. */
      readonly ordering: "none" | "key";
      readonly wireFormat: string;
      readonly waitingCount: number;
      readonly missedCount: number;
      readonly createdAt: string;
      readonly connectedAt: string | null;
      readonly expiresAt: string;
      readonly secret: string;
    };
  };
  /** GET /api/listeners — Lists listeners, the newest first. */
  readonly listenersList: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly organizationId?: string | undefined; readonly limit?: number | undefined; readonly cursor?: string | undefined; readonly sort?: string | undefined; readonly id?: string | undefined };
    readonly body: undefined;
    readonly answer: {
      readonly data: readonly Listener[];
      readonly nextCursor: string | null;
      readonly hasMore: boolean;
    };
  };
  /** GET /api/listeners/{id} — Shows a listener. */
  readonly listenersRead: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: undefined;
    readonly answer: Listener;
  };
  /** DELETE /api/listeners/{id} — Ends a listener; what waits for it is forgotten. */
  readonly listenersDelete: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** GET /api/listeners/{id}/stream — Sends the listener's events as server-sent events, signed; what is not acknowledged is sent again. */
  readonly listenersStreamRead: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: undefined;
    readonly answer: string;
  };
  /** POST /api/listeners/{id}/acknowledgements — Says which events were handed on; they are not sent again. */
  readonly listenersAcknowledgements: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: {
      readonly positions: readonly number[];
    };
    readonly answer: {
      readonly acknowledged: number;
    };
  };
  /** GET /api/listeners/{id}/events/{eventId} — Signs an event for the listener once more: an old signature may be refused for its age. */
  readonly listenersEventsRead: {
    readonly params: { readonly id: string; readonly eventId: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: undefined;
    readonly answer: HeardEvent;
  };
  /** GET /api/source-providers — Lists whose webhooks sources can take; those that the profile names come first. */
  readonly sourceProvidersList: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: undefined;
    readonly answer: {
      readonly data: readonly SourceProvider[];
    };
  };
  /** POST /api/sources — Makes a source: a URL for the webhooks of a provider, which become events. */
  readonly sourcesCreate: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: {
      readonly provider: "stripe" | "twilio" | "resend" | "standard" | "github" | "generic";
      readonly name?: string | undefined;
      readonly secret?: string | undefined;
      readonly generateSecret?: boolean | undefined;
      readonly scheme?: SourceScheme | undefined;
      readonly mapping?: { readonly [member: string]: string | null } | null | undefined;
      readonly others?: "drop" | "keep" | undefined;
      readonly owner?: "organization" | "operator" | undefined;
      readonly organizationId?: string | undefined;
    };
    readonly answer: {
      readonly id: string;
      readonly organizationId: string;
      readonly owner: "organization" | "operator";
      readonly provider: "stripe" | "twilio" | "resend" | "standard" | "github" | "generic";
      readonly name: string;
      readonly url: string;
      readonly status: "active" | "paused" | "disabled";
      readonly hasSecret: boolean;
      readonly secretCreatedAt: string | null;
      readonly previousSecretExpiresAt: string | null;
      readonly scheme: SourceScheme | null;
      readonly mapping: { readonly [member: string]: string | null } | null;
      readonly others: "drop" | "keep";
      readonly lastRequestAt: string | null;
      readonly lastDay: {
        readonly verified: number;
        readonly duplicates: number;
        readonly refused: number;
      };
      readonly version: number;
      readonly createdAt: string;
      readonly updatedAt: string;
      readonly secret?: string | undefined;
    };
  };
  /** GET /api/sources — Lists sources with what arrived in 24 hours, the newest first. */
  readonly sourcesList: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly organizationId?: string | undefined; readonly limit?: number | undefined; readonly cursor?: string | undefined; readonly sort?: string | undefined; readonly id?: string | undefined; readonly provider?: "stripe" | "twilio" | "resend" | "standard" | "github" | "generic" | undefined; readonly status?: "active" | "paused" | "disabled" | undefined };
    readonly body: undefined;
    readonly answer: {
      readonly data: readonly Source[];
      readonly nextCursor: string | null;
      readonly hasMore: boolean;
    };
  };
  /** GET /api/sources/{id} — Shows a source. */
  readonly sourcesRead: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: undefined;
    readonly answer: Source;
  };
  /** PATCH /api/sources/{id} — Renames a source, maps other types, pauses, disables or enables it. */
  readonly sourcesUpdate: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: {
      readonly name?: string | undefined;
      readonly status?: "active" | "paused" | "disabled" | undefined;
      readonly scheme?: SourceScheme | undefined;
      readonly mapping?: { readonly [member: string]: string | null } | null | undefined;
      readonly others?: "drop" | "keep" | undefined;
    };
    readonly answer: Source;
  };
  /** DELETE /api/sources/{id} — Deletes a source and the log of what it has received; its events stay. */
  readonly sourcesDelete: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** POST /api/sources/{id}/roll-secret — Gives a source a secret; what is signed with the one before is accepted for a while. */
  readonly sourcesRollSecret: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: {
      readonly secret?: string | undefined;
      readonly generateSecret?: boolean | undefined;
      readonly previousExpiresIn?: string | number | undefined;
    };
    readonly answer: {
      readonly id: string;
      readonly organizationId: string;
      readonly owner: "organization" | "operator";
      readonly provider: "stripe" | "twilio" | "resend" | "standard" | "github" | "generic";
      readonly name: string;
      readonly url: string;
      readonly status: "active" | "paused" | "disabled";
      readonly hasSecret: boolean;
      readonly secretCreatedAt: string | null;
      readonly previousSecretExpiresAt: string | null;
      readonly scheme: SourceScheme | null;
      readonly mapping: { readonly [member: string]: string | null } | null;
      readonly others: "drop" | "keep";
      readonly lastRequestAt: string | null;
      readonly lastDay: {
        readonly verified: number;
        readonly duplicates: number;
        readonly refused: number;
      };
      readonly version: number;
      readonly createdAt: string;
      readonly updatedAt: string;
      readonly secret?: string | undefined;
    };
  };
  /** POST /hooks/{token} — Where a provider sends its webhooks: stored when the answer comes. */
  readonly sourcesReceive: {
    readonly params: { readonly token: string };
    readonly query: Readonly<Record<string, never>>;
    readonly body: undefined;
    readonly answer: ReceivedWebhook;
  };
  /** GET /api/receipts — Lists what arrived at sources, the newest first: verified, and a sample of what was refused. */
  readonly receiptsList: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly organizationId?: string | undefined; readonly limit?: number | undefined; readonly cursor?: string | undefined; readonly sort?: string | undefined; readonly id?: string | undefined; readonly "createdAt[gte]"?: string | undefined; readonly "createdAt[lte]"?: string | undefined; readonly sourceId?: string | undefined; readonly status?: "verified" | "refused" | undefined; readonly reason?: string | undefined; readonly outcome?: "pending" | "parked" | "published" | "dropped" | "failed" | ReadonlyArray<"pending" | "parked" | "published" | "dropped" | "failed"> | undefined; readonly isDuplicated?: boolean | undefined; readonly providerType?: string | undefined; readonly providerId?: string | undefined; readonly eventId?: string | undefined };
    readonly body: undefined;
    readonly answer: {
      readonly data: readonly ReceiptSummary[];
      readonly nextCursor: string | null;
      readonly hasMore: boolean;
    };
  };
  /** GET /api/receipts/{id} — Shows what arrived: headers, the raw body, and the event that was made of it. */
  readonly receiptsRead: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: undefined;
    readonly answer: Receipt;
  };
  /** POST /api/receipts/{id}/replay — Runs a verified receipt through the mapping as it is now: a new receipt, a new event. */
  readonly receiptsReplay: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: Readonly<Record<string, never>> | undefined;
    readonly answer: Receipt;
  };
  /** POST /api/outboxes — Makes an outbox known: a database in which transactions emit events. */
  readonly outboxesCreate: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: Readonly<Record<string, never>>;
    readonly body: {
      readonly name?: string | undefined;
      readonly databaseUrl: string;
    };
    readonly answer: Outbox;
  };
  /** GET /api/outboxes — Lists the outboxes with what their relays saw last, the newest first. */
  readonly outboxesList: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly id?: string | undefined; readonly limit?: number | undefined; readonly cursor?: string | undefined; readonly sort?: string | undefined };
    readonly body: undefined;
    readonly answer: {
      readonly data: readonly Outbox[];
      readonly nextCursor: string | null;
      readonly hasMore: boolean;
    };
  };
  /** GET /api/outboxes/{id} — Shows an outbox: whether it is relayed, what waits in it and for how long. */
  readonly outboxesRead: {
    readonly params: { readonly id: string };
    readonly query: Readonly<Record<string, never>>;
    readonly body: undefined;
    readonly answer: Outbox;
  };
  /** DELETE /api/outboxes/{id} — Forgets an outbox; its relay ends within seconds, and its rows stay where they are. */
  readonly outboxesDelete: {
    readonly params: { readonly id: string };
    readonly query: Readonly<Record<string, never>>;
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** GET /api/notices — Lists what people should know about their webhooks, keys and event types, the newest first. */
  readonly noticesList: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly organizationId?: string | undefined; readonly limit?: number | undefined; readonly cursor?: string | undefined; readonly sort?: string | undefined; readonly id?: string | undefined; readonly kind?: "delivery.exhausted" | "endpoint.failing" | "endpoint.disabled" | "secret.ending" | "key.expiring" | "event-type.deprecated" | ReadonlyArray<"delivery.exhausted" | "endpoint.failing" | "endpoint.disabled" | "secret.ending" | "key.expiring" | "event-type.deprecated"> | undefined; readonly endpointId?: string | undefined; readonly isResolved?: boolean | undefined; readonly isRead?: boolean | undefined };
    readonly body: undefined;
    readonly answer: {
      readonly data: readonly Notice[];
      readonly nextCursor: string | null;
      readonly hasMore: boolean;
    };
  };
  /** POST /api/notices/mark-all-read — Marks all notices as read by the caller. */
  readonly noticesMarkAllRead: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: Readonly<Record<string, never>> | undefined;
    readonly answer: {
      readonly count: number;
    };
  };
  /** POST /api/notices/{id}/mark-read — Marks a notice as read by the caller, until more happens. */
  readonly noticesMarkRead: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: Readonly<Record<string, never>> | undefined;
    readonly answer: Notice;
  };
  /** GET /api/stream — Tells what changes in an organization, as server-sent events, until it is closed. */
  readonly streamRead: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly organizationId?: string | undefined; readonly kind?: "delivery" | "endpoint" | "notice" | "inbox" | "job" | "key" | "source" | "receipt" | ReadonlyArray<"delivery" | "endpoint" | "notice" | "inbox" | "job" | "key" | "source" | "receipt"> | undefined };
    readonly body: undefined;
    readonly answer: string;
  };
  /** GET /api/summary — Sums up keys and webhooks of an organization, for its first page. */
  readonly summaryRead: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly organizationId?: string | undefined };
    readonly body: undefined;
    readonly answer: Summary;
  };
  /** GET /api/overview — How the installation does right now, and what needs somebody. */
  readonly overviewRead: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: Readonly<Record<string, never>>;
    readonly body: undefined;
    readonly answer: Overview;
  };
  /** GET /api/webhooks/{id}/statistics — Counts what a webhook has got, for charts; without test events. */
  readonly webhooksStatisticsRead: {
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: string | undefined; readonly range?: "1h" | "24h" | "7d" | "30d" | undefined };
    readonly body: undefined;
    readonly answer: Statistics;
  };
  /** GET /api/statistics — Counts the deliveries of an organization, for charts; for operators without one, of all. */
  readonly statisticsRead: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly organizationId?: string | undefined; readonly range?: "1h" | "24h" | "7d" | "30d" | undefined };
    readonly body: undefined;
    readonly answer: Statistics;
  };
  /** GET /api/statistics/webhooks — The last 24 hours of several webhooks, for the lines of a list. */
  readonly statisticsWebhooksList: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly organizationId?: string | undefined; readonly id?: string | readonly string[] | undefined };
    readonly body: undefined;
    readonly answer: {
      readonly data: ReadonlyArray<{
        readonly endpointId: string;
        readonly delivered: number;
        readonly failed: number;
        readonly successRate: number | null;
        readonly buckets: ReadonlyArray<{
          readonly delivered: number;
          readonly failed: number;
        }>;
        readonly lastDelivery: {
          readonly id: string;
          readonly createdAt: string;
          readonly status: "pending" | "sending" | "retrying" | "held" | "delivered" | "failed" | "cancelled";
          readonly responseStatus: number | null;
          readonly outcome: string | null;
        } | null;
      }>;
    };
  };
  /** GET /api/mails — Lists mails, the newest first. */
  readonly mailsList: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: { readonly id?: string | undefined; readonly limit?: number | undefined; readonly cursor?: string | undefined; readonly sort?: string | undefined; readonly state?: "queued" | "sent" | "kept" | "failed" | undefined };
    readonly body: undefined;
    readonly answer: {
      readonly data: readonly Mail[];
      readonly nextCursor: string | null;
      readonly hasMore: boolean;
    };
  };
  /** POST /api/mails/test — Queues a test mail; its state tells whether the mail server took it. */
  readonly mailsTest: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: Readonly<Record<string, never>>;
    readonly body: {
      readonly to: string;
    };
    readonly answer: Mail;
  };
  /** GET /api/mails/{id} — Shows a mail; what it says only where it was kept instead of sent. */
  readonly mailsRead: {
    readonly params: { readonly id: string };
    readonly query: Readonly<Record<string, never>>;
    readonly body: undefined;
    readonly answer: {
      readonly id: string;
      readonly kind: string;
      readonly organizationId: string | null;
      readonly to: string;
      readonly subject: string;
      readonly state: "queued" | "sent" | "kept" | "failed";
      readonly attempts: number;
      readonly lastError: string | null;
      readonly link: string | null;
      readonly createdAt: string;
      readonly finishedAt: string | null;
      readonly text: string | null;
      readonly html: string | null;
    };
  };
  /** GET /api/branding — Shows what the pages call the product, and who helps. */
  readonly brandingRead: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: Readonly<Record<string, never>>;
    readonly body: undefined;
    readonly answer: Branding;
  };
  /** PATCH /api/branding — Changes the product's name, support contact, documentation, colours and logo on all pages; null takes one away. */
  readonly brandingUpdate: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: Readonly<Record<string, never>>;
    readonly body: {
      readonly productName?: string | null | undefined;
      readonly supportContact?: string | null | undefined;
      readonly docsUrl?: string | null | undefined;
      readonly accentLight?: string | null | undefined;
      readonly accentDark?: string | null | undefined;
      readonly logo?: string | null | undefined;
    };
    readonly answer: Branding;
  };
  /** GET /api/openapi.json — This document. */
  readonly openapiRead: {
    readonly params: Readonly<Record<string, never>>;
    readonly query: Readonly<Record<string, never>>;
    readonly body: undefined;
    readonly answer: {
      readonly openapi: string;
      readonly [member: string]: unknown;
    };
  };
}

/** The name of an operation, as in the OpenAPI document. */
export type OperationId = keyof Operations;
/** The ids in an operation's path. */
export type Params<Id extends OperationId> = Operations[Id]["params"];
/** The query parameters of an operation. */
export type Query<Id extends OperationId> = Operations[Id]["query"];
/** The JSON body of an operation; `undefined` where it takes none. */
export type Body<Id extends OperationId> = Operations[Id]["body"];
/** What an operation answers when it succeeds; `undefined` where there is nothing to say. */
export type Answer<Id extends OperationId> = Operations[Id]["answer"];
