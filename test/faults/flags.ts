import { join } from "node:path";
import { parseArgs } from "node:util";

/** What a run is to do. */
export interface Flags {
  /** Ids of scenarios; empty means all. */
  readonly only: readonly string[];
  readonly rounds: number;
  /** Of load in each scenario, besides its fixed waits. */
  readonly seconds: number;
  /** Events per second. */
  readonly rate: number;
  readonly seed: number;
  /** Verdicts are appended here, a JSON line each. */
  readonly output: string;
}

export const USAGE = `npm run test:faults -- [--only F01,F19] [--rounds 3] [--seconds 20] [--rate 100] [--seed 1] [--output FILE]\n`;

/** Throws a sentence for people. */
export function parseFlags(argv: readonly string[]): Flags {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      only: { type: "string", default: "" },
      rounds: { type: "string", default: "3" },
      seconds: { type: "string", default: "20" },
      rate: { type: "string", default: "100" },
      seed: { type: "string", default: "1" },
      output: { type: "string", default: join(import.meta.dirname, "verdicts.jsonl") },
    },
  });
  return {
    only: values.only.split(",").filter((id) => id !== ""),
    rounds: positive("rounds", values.rounds),
    seconds: positive("seconds", values.seconds),
    rate: positive("rate", values.rate),
    seed: positive("seed", values.seed),
    output: values.output,
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${name} must be a whole number above 0, not ${text}.`);
}
