import { join } from "node:path";
import { parseArgs } from "node:util";

/** What a run is to do. */
export interface Flags {
  /** Ids of scenarios; empty means all. */
  readonly only: readonly string[];
  readonly rounds: number;
  /** Of load in each scenario, besides its fixed waits; undefined: what the scenario says. */
  readonly seconds: number | undefined;
  /** Events per second. */
  readonly rate: number | undefined;
  /** Deliveries of a backlog. */
  readonly pending: number | undefined;
  readonly seed: number;
  /** The short selection for every change. */
  readonly isCi: boolean;
  /** Leaves out what `output` has a verdict for. */
  readonly resumes: boolean;
  /** Verdicts are appended here, a JSON line each. */
  readonly output: string;
}

export const USAGE =
  "npm run test:faults -- [--ci] [--only F01,F19] [--rounds 3] [--seconds 20] [--rate 100] " +
  "[--pending 100000] [--seed 1] [--resume] [--output FILE]\n";

const ROUNDS = { ci: 1, full: 3 } as const;

/** Throws a sentence for people. */
export function parseFlags(argv: readonly string[]): Flags {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      ci: { type: "boolean", default: false },
      only: { type: "string", default: "" },
      rounds: { type: "string" },
      seconds: { type: "string" },
      rate: { type: "string" },
      pending: { type: "string" },
      seed: { type: "string", default: "1" },
      resume: { type: "boolean", default: false },
      output: { type: "string", default: join(import.meta.dirname, "verdicts.jsonl") },
    },
  });
  const { rounds, seconds, rate, pending } = values;
  return {
    only: values.only.split(",").filter((id) => id !== ""),
    rounds: optional("rounds", rounds) ?? (values.ci ? ROUNDS.ci : ROUNDS.full),
    seconds: optional("seconds", seconds),
    rate: optional("rate", rate),
    pending: optional("pending", pending),
    seed: positive("seed", values.seed),
    isCi: values.ci,
    resumes: values.resume,
    output: values.output,
  };
}

function optional(name: string, text: string | undefined): number | undefined {
  return text === undefined ? undefined : positive(name, text);
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${name} must be a whole number above 0, not ${text}.`);
}
