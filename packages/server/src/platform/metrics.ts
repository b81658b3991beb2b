import {
  AggregatorRegistry,
  collectDefaultMetrics,
  Counter,
  Gauge,
  Histogram,
  Registry,
} from "prom-client";
import { watchEventLoop } from "./event-loop.ts";
import { METRICS, type MetricKey, type MetricKind, type MetricRow } from "../metric-table.ts";

interface Kinds {
  readonly counter: Counter;
  readonly gauge: Gauge;
  readonly histogram: Histogram;
}

/** One object of prom-client for each row of the table, under its key. */
export type Meters = {
  readonly [Key in MetricKey]: Kinds[(typeof METRICS)[Key]["kind"]];
};

/** The numbers of one process, as they travel between processes. */
export type ProcessNumbers = readonly object[];

/** The metrics of one node. */
export interface Metrics extends Meters {
  /** Reads numbers of parts that are built later, when somebody asks for the metrics. */
  onRead(read: () => void): void;
  /** The numbers of this process. */
  numbers(): Promise<ProcessNumbers>;
  /**
   * Prometheus text format 0.0.4 of these processes together, this one among them, and of the database; without any
   * of this process alone.
   */
  render(processes: readonly ProcessNumbers[]): Promise<string>;
  /** The names of all metrics, those of the process and of Node included. */
  names(): string[];
}

export function createMetrics(): Metrics {
  const registries = { process: new Registry(), database: new Registry() };
  collectDefaultMetrics({ register: registries.process });
  const meters = Object.fromEntries(
    Object.entries<MetricRow>(METRICS).map(([key, row]) => [key, build(row, registries[row.of])]),
  );
  // Proof: one entry for each key of the table, of the kind its row names.
  const named = meters as unknown as Meters;
  const loopDelay = watchEventLoop();
  const reads = [() => named.loopDelay.set(loopDelay())];
  const read = () => reads.forEach((each) => each());
  async function numbers(): Promise<ProcessNumbers> {
    read();
    return registries.process.getMetricsAsJSON();
  }
  return {
    ...named,
    onRead: (each) => void reads.push(each),
    numbers,
    async render(processes) {
      // To ask Node's own numbers is to set them back: who asks twice for one scrape shows nothing.
      if (processes.length === 0) read();
      const own =
        processes.length === 0
          ? registries.process
          : // Proof: what `numbers` answered, here or in a process that runs the same program.
            AggregatorRegistry.aggregate(processes as object[]);
      return `${await own.metrics()}\n${await registries.database.metrics()}`;
    },
    names: () =>
      Object.values(registries).flatMap((registry) =>
        registry.getMetricsAsArray().map(({ name }) => name),
      ),
  };
}

function build(row: MetricRow, registry: Registry): Kinds[MetricKind] {
  const { name, help, together, labels = {}, buckets = [] } = row;
  const settings = {
    name,
    help,
    labelNames: Object.keys(labels),
    registers: [registry],
    ...(together ? { aggregator: together } : {}),
  };
  switch (row.kind) {
    case "counter":
      return new Counter(settings);
    case "gauge":
      return new Gauge(settings);
    case "histogram":
      return new Histogram({ ...settings, buckets: [...buckets] });
  }
}
