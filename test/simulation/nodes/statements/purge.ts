import type * as purge from "../../../../packages/server/src/store/purge.ts";
import type { Statements } from "./statement.ts";

/** Nobody purges events here: results that come late have nothing to erase. */
export const purgeStatements: Statements<typeof purge> = {
  eraseLateTraces() {},
};
