import { parseArgs } from "node:util";
import { CASES, type Case } from "./cases.ts";

export interface Flags {
  readonly json: boolean;
  readonly seconds: number;
  readonly rounds: number;
  readonly processes: number;
  readonly databaseUrl: string | undefined;
  /** Bytes of an event's `data`. */
  readonly payload: number;
  readonly cases: readonly Case[];
  /** Events per second of the open loop; absent: half of what was measured at saturation. */
  readonly rate: number | undefined;
  /** Connections of the load generator; absent: what suits the case. */
  readonly connections: number | undefined;
  /** Arguments for the Node that serves, for example `--cpu-prof`. */
  readonly nodeArguments: readonly string[];
  /** Finished deliveries beside which the first case is measured once more; 0: not at all. */
  readonly finished: number;
  /** Events per second of further open loops. */
  readonly openRates: readonly number[];
  readonly burdens: readonly (typeof BURDENS)[number][];
  readonly claims: boolean;
  readonly keys: boolean;
  readonly burden: {
    readonly pending: number;
    readonly snapshotSeconds: number;
    readonly churn: number;
  };
  readonly peers: boolean;
  /** End with 1 when something costs more than what was recorded. */
  readonly gate: boolean;
  readonly record: boolean;
}

export const BURDENS = ["dead-endpoint", "hanging"] as const;

export const USAGE = `npm run bench -- [flags]
  --json               one JSON object on standard output instead of a table
  --seconds N          length of each measurement (8)
  --rounds N           interleaved rounds of which the medians are told (1)
  --case NAME          ${CASES.map(({ name }) => name).join(", ")}; repeatable
  --all                every case
  --table              everything that the table of goals has: --all --open 5000 --open 10000 --finished 2000000
                       --burden dead-endpoint --burden hanging --claims --keys --peers
  --finished N         the first case once more beside N finished deliveries
  --open N             an open loop of single events at N per second; repeatable
  --burden NAME        ${BURDENS.join(", ")}; repeatable
  --claims             what the due query and claims cost, also beside an old snapshot
  --keys               API keys that a node judges per second: good, revoked and unknown ones
  --pending N          deliveries due for the dead endpoint (200000)
  --snapshot-seconds N age of the old snapshot (20)
  --churn N            dead row versions that it keeps (200000)
  --peers              graphile-worker and pg-boss with the same job
  --gate               end with 1 when CPU or bytes are worse than bench/gate.json by more than its tolerance
  --record             write bench/gate.json
  --fanout N           endpoints that want each event (1); without --case
  --batch N            events per request, up to 100 (1); without --case
  --payload N          bytes of an event's data (512)
  --processes N        posthorn start --workers N (1)
  --database-url URL   an external PostgreSQL instead of the embedded one
  --rate N             events per second of the open loop (half of the saturated rate)
  --connections N      connections of the load generator (128 for single events, 4 for batches)
  --node-arguments A   arguments for the serving Node, separated by commas
`;

/** Throws an error with a sentence for people when a flag makes no sense. */
export function parseFlags(argv: readonly string[]): Flags {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      json: { type: "boolean", default: false },
      all: { type: "boolean", default: false },
      case: { type: "string", multiple: true },
      seconds: { type: "string", default: "8" },
      rounds: { type: "string", default: "1" },
      processes: { type: "string", default: "1" },
      payload: { type: "string", default: "512" },
      fanout: { type: "string", default: "1" },
      batch: { type: "string", default: "1" },
      rate: { type: "string" },
      connections: { type: "string" },
      "database-url": { type: "string" },
      "node-arguments": { type: "string" },
      table: { type: "boolean", default: false },
      finished: { type: "string" },
      open: { type: "string", multiple: true },
      burden: { type: "string", multiple: true },
      claims: { type: "boolean", default: false },
      keys: { type: "boolean", default: false },
      pending: { type: "string", default: "200000" },
      "snapshot-seconds": { type: "string", default: "20" },
      churn: { type: "string", default: "200000" },
      peers: { type: "boolean", default: false },
      gate: { type: "boolean", default: false },
      record: { type: "boolean", default: false },
    },
  });
  const given = (name: "rate" | "connections") =>
    values[name] === undefined ? undefined : wholeNumber(name, values[name], 1_000_000);
  return {
    json: values.json,
    seconds: wholeNumber("seconds", values.seconds, 3600),
    rounds: wholeNumber("rounds", values.rounds, 100),
    processes: wholeNumber("processes", values.processes, 64),
    databaseUrl: values["database-url"],
    payload: wholeNumber("payload", values.payload, 256 * 1024),
    cases: chooseCases(values),
    rate: given("rate"),
    connections: given("connections"),
    nodeArguments: values["node-arguments"]?.split(",") ?? [],
    ...chooseMore(values),
    burden: {
      pending: wholeNumber("pending", values.pending, 5_000_000),
      snapshotSeconds: wholeNumber("snapshot-seconds", values["snapshot-seconds"], 3600),
      churn: wholeNumber("churn", values.churn, 5_000_000),
    },
    gate: values.gate,
    record: values.record,
  };
}

function chooseMore(values: {
  table: boolean;
  finished?: string | undefined;
  open?: string[] | undefined;
  burden?: string[] | undefined;
  claims: boolean;
  keys: boolean;
  peers: boolean;
}) {
  const { table } = values;
  const finished = values.finished ?? (table ? "2000000" : undefined);
  const rates = values.open ?? (table ? ["5000", "10000"] : []);
  const burdens = values.burden ?? (table ? BURDENS : []);
  return {
    finished: finished === undefined ? 0 : wholeNumber("finished", finished, 100_000_000),
    openRates: rates.map((rate) => wholeNumber("open", rate, 1_000_000)),
    burdens: burdens.map(burdenNamed),
    claims: values.claims || table,
    keys: values.keys || table,
    peers: values.peers || table,
  };
}

function burdenNamed(name: string): (typeof BURDENS)[number] {
  const found = BURDENS.find((each) => each === name);
  if (!found) throw new Error(`There is no burden ${name}.`);
  return found;
}

function chooseCases(values: {
  all: boolean;
  table: boolean;
  case?: string[] | undefined;
  fanout: string;
  batch: string;
}): readonly Case[] {
  if (values.all || values.table) return CASES;
  if (values.case) return values.case.map(caseNamed);
  const fanout = wholeNumber("fanout", values.fanout, 50);
  const batch = wholeNumber("batch", values.batch, 100);
  const known = CASES.find((each) => each.fanout === fanout && each.batch === batch);
  return [known ?? { name: `batch of ${batch}, fan-out ${fanout}`, fanout, batch }];
}

function caseNamed(name: string): Case {
  const found = CASES.find((each) => each.name === name);
  if (!found) throw new Error(`There is no case ${name}.`);
  return found;
}

function wholeNumber(name: string, text: string, max: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new Error(`--${name} must be a whole number from 1 to ${max}.`);
}
