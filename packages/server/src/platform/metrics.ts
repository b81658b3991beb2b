import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";

/** The metrics of one node, named after the glossary. Labels are bounded: never ids. */
export interface Metrics {
  readonly accepted: Counter;
  readonly acceptBatch: Histogram;
  readonly attempts: Counter<"outcome">;
  readonly attemptDuration: Histogram;
  readonly settleBatch: Histogram;
  /** Prometheus text format 0.0.4. */
  render(): Promise<string>;
}

const SECONDS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30];
const SIZES = [1, 3, 10, 30, 100, 300, 1000];

/** `gauges` are read when somebody asks. */
export function createMetrics(gauges: {
  readonly inFlight: () => number;
  readonly queued: () => number;
  readonly unsettled: () => number;
}): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  gauge("posthorn_attempts_in_flight", "Requests to endpoints under way.", gauges.inFlight);
  gauge("posthorn_deliveries_queued", "Leased deliveries that wait in memory.", gauges.queued);
  gauge("posthorn_attempts_unsettled", "Results that wait to be written.", gauges.unsettled);
  return {
    accepted: new Counter({
      name: "posthorn_events_accepted_total",
      help: "Events that were committed.",
      registers,
    }),
    acceptBatch: new Histogram({
      name: "posthorn_accept_batch_events",
      help: "Events per accepting statement.",
      buckets: SIZES,
      registers,
    }),
    attempts: new Counter({
      name: "posthorn_attempts_total",
      help: "Finished attempts by outcome.",
      labelNames: ["outcome"],
      registers,
    }),
    attemptDuration: new Histogram({
      name: "posthorn_attempt_duration_seconds",
      help: "From DNS to the last byte read.",
      buckets: SECONDS,
      registers,
    }),
    settleBatch: new Histogram({
      name: "posthorn_settle_batch_attempts",
      help: "Attempts per settling statement.",
      buckets: SIZES,
      registers,
    }),
    render: () => registry.metrics(),
  };
}
