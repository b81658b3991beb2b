/**
 * The one table of database errors that we recognise: SQLSTATE (PostgreSQL manual, appendix A) or the driver's code.
 * `unavailable`: the same request may succeed in a moment. `storage_full`: when somebody has freed space.
 */
export type DatabaseFailure = "unavailable" | "storage_full" | "unique" | "retry_transaction";

const CODES: ReadonlyMap<string, DatabaseFailure> = new Map([
  ["23505", "unique"],
  ["25006", "unavailable"], // read-only: a standby after a failover
  ["25P03", "unavailable"], // the session was ended because its transaction idled, for example while we were suspended
  ["40001", "retry_transaction"],
  ["40P01", "retry_transaction"],
  ["53100", "storage_full"],
  ["53200", "unavailable"],
  ["53300", "unavailable"],
  ["55P03", "unavailable"],
  ["57014", "unavailable"],
  ["57P01", "unavailable"],
  ["57P02", "unavailable"],
  ["57P03", "unavailable"],
  ["57P05", "unavailable"],
  ["CONNECTION_CLOSED", "unavailable"],
  ["CONNECTION_ENDED", "unavailable"],
  ["CONNECTION_DESTROYED", "unavailable"],
  ["CONNECT_TIMEOUT", "unavailable"],
  ["EAI_AGAIN", "unavailable"],
  ["ECONNREFUSED", "unavailable"],
  ["ECONNRESET", "unavailable"],
  ["EHOSTUNREACH", "unavailable"],
  ["ENETUNREACH", "unavailable"],
  ["ENOENT", "unavailable"], // the socket file of a server that is starting
  ["ENOTFOUND", "unavailable"],
  ["EPIPE", "unavailable"],
  ["ETIMEDOUT", "unavailable"],
]);

/** True when the statement's own values are at fault (classes 21 to 23): the same ones fail again, however often. */
export function isRefusedValue(error: unknown): boolean {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string")
    return false;
  return /^2[123]...$/.test(error.code);
}

/** What kind of failure an error of the driver is; `undefined` for everything that is not the database's doing. */
export function databaseFailure(error: unknown): DatabaseFailure | undefined {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string")
    return undefined;
  // Class 08: connection exceptions.
  return CODES.get(error.code) ?? (error.code.startsWith("08") ? "unavailable" : undefined);
}
