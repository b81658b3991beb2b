import type { Burdened, OpenLoop } from "./burdens.ts";
import type { CaseResult } from "./cases.ts";
import type { Claims } from "./claims.ts";
import type { Machine } from "./machine.ts";
import type { PeerResult } from "./peers.ts";
import type { RawResult } from "./raw.ts";
import type { Receiver } from "./receiver.ts";
import type { Verified } from "./verify.ts";

/** `ratioToRaw`: of the rate that undici alone reaches in the same run. */
export type RatedResult = CaseResult & { readonly ratioToRaw: number };

/** What `--json` prints. */
export interface Report {
  readonly receiver: Receiver["kind"];
  readonly machine: Machine;
  /** Of the last minute, at the end: how busy the machine was with this and with other things. */
  readonly loadAverage: number;
  readonly postgres: string;
  readonly parameters: {
    readonly seconds: number;
    readonly rounds: number;
    readonly payload: number;
    readonly processes: number;
    readonly database: "embedded" | "external";
  };
  readonly raw: RawResult;
  /** The first case. */
  readonly posthorn: RatedResult;
  /** All cases by name. */
  readonly cases: Readonly<Record<string, RatedResult>>;
  readonly openLoops: Readonly<Record<string, OpenLoop>>;
  readonly burdens: Readonly<Record<string, Burdened>>;
  /** The first case beside finished deliveries, against the same without. */
  readonly finished?:
    | {
        readonly rows: number;
        readonly throughputRatio: number;
        readonly postgresRatio?: number | undefined;
      }
    | undefined;
  readonly claims?: Claims | undefined;
  readonly keys?: Readonly<Record<string, Verified>> | undefined;
  readonly peers: Readonly<Record<string, PeerResult>>;
  readonly goals: readonly Goal[];
}

export interface Goal {
  readonly what: string;
  readonly goal: string;
  readonly figure: string;
  readonly isReached: boolean;
}
