export type DatabaseStartCode =
  | "already_running"
  | "disk_full"
  | "initdb_failed"
  | "memory_in_use"
  | "missing_library"
  | "not_writable"
  | "other_major"
  | "root_refused"
  | "start_failed"
  | "unsupported_platform";

/** Why the embedded PostgreSQL does not start, in a sentence that says what to do. */
export class DatabaseStartError extends Error {
  override readonly name = "DatabaseStartError";
  readonly code: DatabaseStartCode;

  constructor(code: DatabaseStartCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Reads the reason from what PostgreSQL printed. */
export function startFailure(output: string, otherwise: DatabaseStartCode): DatabaseStartError {
  if (/No space left on device/i.test(output)) return diskFull();
  const library = /([\w.+-]+\.so[\w.]*): cannot open shared object file/.exec(output)?.[1];
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
  if (/pre-existing shared memory block .* is still in use/.test(output)) {
    return new DatabaseStartError(
      "memory_in_use",
      "Processes of an earlier PostgreSQL on this data directory do not end. End them, and start again.",
    );
  }
  const what =
    otherwise === "initdb_failed"
      ? "The database could not be created"
      : "PostgreSQL did not start";
  const tail = output.trim().split("\n").slice(-6).join("\n");
  return new DatabaseStartError(otherwise, `${what}:\n${tail}`);
}

/** What the operating system refused, in the same words; any other error comes back as it is. */
export function fileFailure(error: unknown, dataDir: string): unknown {
  if (!(error instanceof Error)) return error;
  const text = "code" in error ? `${String(error.code)} ${error.message}` : error.message;
  if (/ENOSPC|disk is full/.test(text)) return diskFull(error);
  if (
    /EACCES|EPERM|EROFS|ENOTDIR|ENOENT.*mkdir|unable to open database file|readonly database/.test(
      text,
    )
  ) {
    return new DatabaseStartError(
      "not_writable",
      `The data directory ${dataDir} cannot be written (${error.message}). Choose another --data-dir.`,
      { cause: error },
    );
  }
  return error;
}

function diskFull(cause?: Error): DatabaseStartError {
  return new DatabaseStartError(
    "disk_full",
    "The disk of the data directory is full. Free some space and start again.",
    { cause },
  );
}

export function alreadyRunning(pid: number | undefined): DatabaseStartError {
  const who = pid === undefined ? "" : ` (pid ${pid})`;
  return new DatabaseStartError(
    "already_running",
    `Posthorn is already running${who} on this data directory. Stop it, or choose another --data-dir.`,
  );
}
