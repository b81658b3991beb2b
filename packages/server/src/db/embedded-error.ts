export type DatabaseStartCode =
  | "already_running"
  | "disk_full"
  | "initdb_failed"
  | "missing_library"
  | "other_major"
  | "start_failed"
  | "unsupported_platform";

/** Why the embedded PostgreSQL does not start, in a sentence that says what to do. */
export class DatabaseStartError extends Error {
  override readonly name = "DatabaseStartError";
  readonly code: DatabaseStartCode;

  constructor(code: DatabaseStartCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Reads the reason from what PostgreSQL printed. */
export function startFailure(output: string, otherwise: DatabaseStartCode): DatabaseStartError {
  const tail = output.trim().split("\n").slice(-6).join("\n");
  if (/No space left on device/i.test(output)) {
    return new DatabaseStartError(
      "disk_full",
      "The disk of the data directory is full. Free some space and start again.",
    );
  }
  const library = /([\w.+-]+\.(?:so|dylib)[\w.]*): cannot open shared object file/.exec(
    output,
  )?.[1];
  if (library) {
    return new DatabaseStartError(
      "missing_library",
      `PostgreSQL needs the library ${library}, which this system lacks. Install it, or use --database-url.`,
    );
  }
  const pid = /Is another postmaster \(PID (\d+)\) running/.exec(output)?.[1];
  if (pid || /lock file "postmaster\.pid" already exists/.test(output)) {
    return alreadyRunning(pid === undefined ? undefined : Number(pid));
  }
  const what =
    otherwise === "initdb_failed"
      ? "The database could not be created"
      : "PostgreSQL did not start";
  return new DatabaseStartError(otherwise, `${what}:\n${tail}`);
}

export function alreadyRunning(pid: number | undefined): DatabaseStartError {
  const who = pid === undefined ? "" : ` (pid ${pid})`;
  return new DatabaseStartError(
    "already_running",
    `Posthorn is already running on this data directory${who}. Stop it, or choose another --data-dir.`,
  );
}
