import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";

/** The metrics of one node, named after the glossary. Labels are bounded: never ids. */
export interface Metrics {
  readonly accepted: Counter;
  readonly acceptBatch: Histogram;
  readonly attempts: Counter<"outcome">;
  readonly attemptDuration: Histogram;
  readonly settleBatch: Histogram;
  /** Adds numbers of parts that are built later. */
  observe(gauges: Gauges): void;
  /** The same of the outboxes that this node relays. */
  observeOutboxes(read: () => OutboxNumbers): void;
  /** Prometheus text format 0.0.4. */
  render(): Promise<string>;
}

const SECONDS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30];
const SIZES = [1, 3, 10, 30, 100, 300, 1000];

/** Numbers that are read when somebody asks for the metrics. */
export interface Gauges {
  readonly inFlight: () => number;
  readonly queued: () => number;
  readonly unsettled: () => number;
}

/** Sums over the outboxes that this node relays. */
export interface OutboxNumbers {
  readonly waitingRows: number;
  readonly deadRows: number;
  readonly oldestSeconds: number;
  readonly failing: number;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const counter = (name: string, help: string) => new Counter({ name, help, registers });
  const histogram = (name: string, help: string, buckets: number[]) =>
    new Histogram({ name, help, buckets, registers });
  return {
    accepted: counter("posthorn_events_accepted_total", "Events that were committed."),
    acceptBatch: histogram(
      "posthorn_accept_batch_events",
      "Events per accepting statement.",
      SIZES,
    ),
    attempts: new Counter({
      name: "posthorn_attempts_total",
      help: "Finished attempts by outcome.",
      labelNames: ["outcome"],
      registers,
    }),
    attemptDuration: histogram(
      "posthorn_attempt_duration_seconds",
      "One request, from DNS to the last byte read.",
      SECONDS,
    ),
    settleBatch: histogram("posthorn_settle_batch_attempts", "Attempts per statement.", SIZES),
    observe: (gauges) => addGauges(registry, gauges),
    observeOutboxes: (read) => addOutboxGauges(registry, read),
    render: () => registry.metrics(),
  };
}

type AddGauge = (name: string, help: string, read: () => number) => void;

function gaugesOf(registry: Registry): AddGauge {
  return (name, help, read) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
}

function addOutboxGauges(registry: Registry, read: () => OutboxNumbers): void {
  const add = gaugesOf(registry);
  const oldest = "Age of the row that waits longest; 0 when none waits.";
  add("posthorn_outbox_oldest_row_seconds", oldest, () => read().oldestSeconds);
  add("posthorn_outbox_rows_waiting", "Emitted rows to be relayed.", () => read().waitingRows);
  add("posthorn_outbox_rows_dead", "Rows that can never be events.", () => read().deadRows);
  add("posthorn_outboxes_failing", "Outboxes that cannot be relayed.", () => read().failing);
}

function addGauges(registry: Registry, gauges: Gauges): void {
  const add = gaugesOf(registry);
  add("posthorn_attempts_in_flight", "Requests to endpoints under way.", gauges.inFlight);
  add("posthorn_deliveries_queued", "Leased deliveries that wait in memory.", gauges.queued);
  add("posthorn_attempts_unsettled", "Results that wait to be written.", gauges.unsettled);
}
