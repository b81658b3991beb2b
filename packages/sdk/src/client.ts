/** The API of a Posthorn server, for programs. */
export type * from "./generated/api.ts";
export { OPERATIONS } from "./generated/operations.ts";
