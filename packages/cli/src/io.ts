import type { OutboxTools } from "./outbox-tools.ts";
import type { ProfileTools } from "./profile-tools.ts";

/** What the command line needs of the process around it; tests hand in their own. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  /** Of a terminal. */
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  on?(event: "error", listener: (error: NodeJS.ErrnoException) => void): unknown;
}

export interface Input extends NodeJS.ReadableStream {
  readonly isTTY?: boolean | undefined;
  /** Of a terminal: keys come as they are pressed. */
  setRawMode?(isRaw: boolean): unknown;
}

export interface Io {
  /** Results. */
  readonly stdout: Output;
  /** Progress, questions and errors. */
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fetch: typeof fetch;
  /** For `-` and for questions; without one, nothing is ever asked. */
  readonly stdin?: Input | undefined;
  /** Where `./.posthorn/operator.env` and `@files` are looked for; the process's folder when absent. */
  readonly folder?: string | undefined;
  /** Aborted when somebody wants the command to end: it says good-bye and ends with 130. */
  readonly interrupted?: AbortSignal | undefined;
  /** Shows a page in the person's browser; false when that cannot be done here. */
  readonly openPage?: ((url: string) => Promise<boolean>) | undefined;
  /** The rules of profiles; absent where the server's program is not installed. */
  readonly profileTools?: ProfileTools | undefined;
  /** Tools for the outbox in a database of the operator's own; absent where no driver is installed. */
  readonly openOutbox?: ((databaseUrl: string) => OutboxTools) | undefined;
}
