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
  /** After so long nothing new is begun; what is left says so, and `--resume` goes on with it. */
  readonly minutes: number;
  /** The short selection for every change. */
  readonly isCi: boolean;
  /** Leaves out what `output` has a verdict for. */
  readonly resumes: boolean;
  /** Verdicts are appended here, a JSON line each. */
  readonly output: string;
}

export const USAGE =
  "npm run test:faults -- [--ci] [--only F01,F19] [--rounds 3] [--seconds 20] [--rate 100] " +
  "[--pending 100000] [--seed 1] [--minutes 55] [--resume] [--output FILE]\n";

const FULL = { rounds: 3, minutes: 55 } as const;
const SHORT = { rounds: 1, minutes: 6 } as const;

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
      minutes: { type: "string" },
      seed: { type: "string", default: "1" },
      resume: { type: "boolean", default: false },
      output: { type: "string", default: join(import.meta.dirname, "verdicts.jsonl") },
    },
  });
  const { rounds, minutes, seconds, rate, pending } = values;
  const usual = values.ci ? SHORT : FULL;
  return {
    only: values.only.split(",").filter((id) => id !== ""),
    rounds: optional("rounds", rounds) ?? usual.rounds,
    seconds: optional("seconds", seconds),
    rate: optional("rate", rate),
    pending: optional("pending", pending),
    minutes: optional("minutes", minutes) ?? usual.minutes,
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
