import type { Sql } from "../../../../packages/server/src/db/pool.ts";
import type { Transaction } from "../memory.ts";

/** What a function of the store does, on the tables in memory instead of with SQL. */
export type Statement<Of> = Of extends (sql: Sql, ...rest: infer Rest) => Promise<infer Result>
  ? (tx: Transaction, ...rest: Rest) => Result | Later<Result>
  : never;

/** The functions of a module of the store that are simulated. */
export type Statements<Module> = { readonly [Name in keyof Module]?: Statement<Module[Name]> };

/**
 * What a statement has seen when it began and what it writes are some milliseconds apart; or there is a second
 * statement, and what the first one has written is kept whatever becomes of it.
 */
export class Later<Result> {
  readonly write: (tx: Transaction) => Result;
  readonly isFirstKept: boolean;

  constructor(write: (tx: Transaction) => Result, isFirstKept = false) {
    this.write = write;
    this.isFirstKept = isFirstKept;
  }
}
