/** Every number that is measured, told once: the registry and the reference are made from these rows. */

export interface MetricRow<Kind extends MetricKind = MetricKind> {
  readonly kind: Kind;
  readonly name: string;
  /** A sentence for the scrape and for the reference. */
  readonly help: string;
  /** Label name → which values it may have; never ids. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly buckets?: readonly number[];
  /** `process`: of one process, added up over those of `--workers`. `database`: the same from every node. */
  readonly of: "process" | "database";
  /** How numbers of several processes become one; `sum` unless told otherwise. */
  readonly together?: "sum" | "max" | "first";
}

export type MetricKind = "counter" | "gauge" | "histogram";

function row<Kind extends MetricKind>(metric: MetricRow<Kind>): MetricRow<Kind> {
  return Object.freeze(metric);
}

const SECONDS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30];
const SIZES = [1, 3, 10, 30, 100, 300, 1000];
const HOT_TABLE = "`events`, `deliveries`, `attempts`";

export const METRICS = Object.freeze({
  accepted: row({
    kind: "counter",
    of: "process",
    name: "posthorn_events_accepted_total",
    help: "Events that were committed.",
  }),
  acceptBatch: row({
    kind: "histogram",
    of: "process",
    name: "posthorn_accept_batch_events",
    help: "Events per accepting statement; larger means busier, not slower.",
    buckets: SIZES,
  }),
  acceptDuration: row({
    kind: "histogram",
    of: "process",
    name: "posthorn_accept_duration_seconds",
    help: "An accepting statement, from sending it to its commit.",
    buckets: SECONDS,
  }),
  attempts: row({
    kind: "counter",
    of: "process",
    name: "posthorn_attempts_total",
    help: "Finished attempts by outcome.",
    labels: { outcome: "an outcome of the glossary's closed list" },
  }),
  attemptDuration: row({
    kind: "histogram",
    of: "process",
    name: "posthorn_attempt_duration_seconds",
    help: "One request, from DNS to the last byte read.",
    buckets: SECONDS,
  }),
  settleBatch: row({
    kind: "histogram",
    of: "process",
    name: "posthorn_settle_batch_attempts",
    help: "Results per settling statement.",
    buckets: SIZES,
  }),
  settleDuration: row({
    kind: "histogram",
    of: "process",
    name: "posthorn_settle_duration_seconds",
    help: "A batch of results, from its first try to its commit.",
    buckets: SECONDS,
  }),
  claimBatch: row({
    kind: "histogram",
    of: "process",
    name: "posthorn_claim_batch_deliveries",
    help: "Due deliveries per claim.",
    buckets: SIZES,
  }),
  claimDuration: row({
    kind: "histogram",
    of: "process",
    name: "posthorn_claim_duration_seconds",
    help: "A claim of due deliveries.",
    buckets: SECONDS,
  }),
  claimAge: row({
    kind: "gauge",
    of: "process",
    together: "max",
    name: "posthorn_claim_age_seconds",
    help: "Since due deliveries were last looked for; grows when claims are stalled. Absent where nothing is delivered.",
  }),
  loopDelay: row({
    kind: "gauge",
    of: "process",
    name: "posthorn_event_loop_delay_seconds",
    help: "How late the event loop came to what was due: the longest of the last 30 to 60 seconds.",
    together: "max",
  }),
  inFlight: row({
    kind: "gauge",
    of: "process",
    name: "posthorn_attempts_in_flight",
    help: "Requests to endpoints under way.",
  }),
  queued: row({
    kind: "gauge",
    of: "process",
    name: "posthorn_deliveries_queued",
    help: "Leased deliveries that wait in memory.",
  }),
  unsettled: row({
    kind: "gauge",
    of: "process",
    name: "posthorn_attempts_unsettled",
    help: "Results that wait to be written; grows while the database is away.",
  }),
  lanes: row({
    kind: "gauge",
    of: "process",
    name: "posthorn_lanes",
    help: "Endpoints with something to send, by the concurrency limit they have at the moment.",
    labels: { limit: "`1` (struggling), `2-9`, `10-31`, `32-64`" },
  }),
  takenOver: row({
    kind: "counter",
    of: "process",
    name: "posthorn_leases_taken_over_total",
    help: "Leases of silent nodes that were taken back.",
  }),
  late: row({
    kind: "counter",
    of: "process",
    name: "posthorn_attempts_late_total",
    help: "Results that came after their lease had ended.",
    labels: { counted: "`yes` for a success that still counts, `no`" },
  }),
  refusals: row({
    kind: "counter",
    of: "process",
    name: "posthorn_refusals_total",
    help: "Requests to this API that were not answered as asked.",
    labels: { code: "a code of the error catalogue" },
  }),
  receipts: row({
    kind: "counter",
    of: "process",
    name: "posthorn_receipts_total",
    help: "Requests that arrived at sources.",
    labels: {
      provider: "`stripe`, `twilio`, `resend`, `standard`, `github`, `generic`",
      result: "`verified`, `duplicate`, `refused`",
    },
  }),
  receiptsMapped: row({
    kind: "counter",
    of: "process",
    name: "posthorn_receipts_mapped_total",
    help: "Verified receipts by what became of them.",
    labels: { outcome: "`published`, `dropped`, `failed`" },
  }),
  retentionCancelled: row({
    kind: "counter",
    of: "process",
    name: "posthorn_retention_cancelled_total",
    help: "Deliveries that were still held when their days were over.",
  }),
  retentionDropped: row({
    kind: "counter",
    of: "process",
    name: "posthorn_retention_dropped_days_total",
    help: "Days whose events, deliveries and attempts were dropped.",
  }),
  databaseLatency: row({
    kind: "histogram",
    of: "process",
    name: "posthorn_database_latency_seconds",
    help: "A heartbeat to the database and back.",
    buckets: SECONDS,
  }),
  clockOffset: row({
    kind: "gauge",
    of: "process",
    together: "first",
    name: "posthorn_clock_offset_seconds",
    help: "How far this machine's clock is ahead of the database's; beyond 30 in either direction nothing is signed.",
  }),
  outboxOldest: row({
    kind: "gauge",
    of: "process",
    together: "max",
    name: "posthorn_outbox_oldest_row_seconds",
    help: "Age of the row that waits longest in the outboxes this node relays; 0 when none waits.",
  }),
  outboxWaiting: row({
    kind: "gauge",
    of: "process",
    name: "posthorn_outbox_rows_waiting",
    help: "Emitted rows to be relayed.",
  }),
  outboxDead: row({
    kind: "gauge",
    of: "process",
    name: "posthorn_outbox_rows_dead",
    help: "Rows that can never be events.",
  }),
  outboxesFailing: row({
    kind: "gauge",
    of: "process",
    name: "posthorn_outboxes_failing",
    help: "Outboxes that cannot be relayed.",
  }),
  databaseUp: row({
    kind: "gauge",
    of: "database",
    name: "posthorn_database_up",
    help: "1 when the numbers about the database could be read; else 0, and they are absent.",
  }),
  oldestDue: row({
    kind: "gauge",
    of: "database",
    name: "posthorn_oldest_due_seconds",
    help: "The lag: how long the longest due delivery has been due that nothing holds. The number to watch.",
  }),
  waiting: row({
    kind: "gauge",
    of: "database",
    name: "posthorn_deliveries_waiting",
    help: "Deliveries that wait for an attempt, due now or later, held or not; counted up to 10,000.",
  }),
  held: row({
    kind: "gauge",
    of: "database",
    name: "posthorn_deliveries_held",
    help: "Those of them whose endpoint is paused or disabled, or asked for time, or all are paused; counted up to 10,000.",
  }),
  allPaused: row({
    kind: "gauge",
    of: "database",
    name: "posthorn_deliveries_paused",
    help: "1 while an operator lets all deliveries wait, which are then held; else 0.",
  }),
  deliveriesRate: row({
    kind: "gauge",
    of: "database",
    name: "posthorn_deliveries_rate_limit",
    help: "At most so many deliveries start in a second, as an operator said when all of them went on; 0 without a ceiling.",
  }),
  receiptsWaiting: row({
    kind: "gauge",
    of: "database",
    name: "posthorn_receipts_waiting",
    help: "Verified receipts that are not events yet; those of paused sources are not counted. Up to 10,000.",
  }),
  receiptsOldest: row({
    kind: "gauge",
    of: "database",
    name: "posthorn_receipts_oldest_seconds",
    help: "How long the oldest of them has waited; more than seconds means that no node makes events of them.",
  }),
  deadTuples: row({
    kind: "gauge",
    of: "database",
    name: "posthorn_dead_tuples",
    help: "Row versions that wait for vacuum. Many, and every look for due deliveries gets slower.",
    labels: { table: HOT_TABLE },
  }),
  oldestTransaction: row({
    kind: "gauge",
    of: "database",
    name: "posthorn_oldest_transaction_seconds",
    help: "Age of the oldest transaction that this user may see; old ones keep vacuum from its work.",
  }),
  oldestSnapshot: row({
    kind: "gauge",
    of: "database",
    name: "posthorn_oldest_snapshot_transactions",
    help: "How many transactions ago the oldest snapshot was taken, of sessions and of replication slots.",
  }),
  partitionsAhead: row({
    kind: "gauge",
    of: "database",
    name: "posthorn_partitions_ahead_days",
    help: "Days after today that have partitions of every table; 7 or 8 when all is well.",
  }),
  defaultRows: row({
    kind: "gauge",
    of: "database",
    name: "posthorn_default_partition_rows",
    help: "Rows outside of every day's partition; counted up to 10,000.",
    labels: { table: HOT_TABLE },
  }),
  oldestDay: row({
    kind: "gauge",
    of: "database",
    name: "posthorn_oldest_day_age_days",
    help: "Age of the oldest day that is kept; more than the retention when days cannot be dropped.",
  }),
  nodes: row({
    kind: "gauge",
    of: "database",
    name: "posthorn_nodes",
    help: "Processes of ours with a fresh heartbeat.",
    labels: { role: "`all`, `api`, `worker`" },
  }),
  sessions: row({
    kind: "gauge",
    of: "database",
    name: "posthorn_database_sessions",
    help: "Our sessions with the database, over all nodes.",
    labels: {
      pool: "`api`, `accept`, `engine`, `heartbeat`, `maintenance`, `measures`, `relay`, `listen`",
      state: "`active`, `idle`, `idle in transaction`",
    },
  }),
});

export type MetricKey = keyof typeof METRICS;
