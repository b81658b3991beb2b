import type { OutboxTools } from "./outbox-tools.ts";

/** What the command line needs of the process around it; tests hand in their own. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  on?(event: "error", listener: (error: NodeJS.ErrnoException) => void): unknown;
}

export interface Input extends NodeJS.ReadableStream {
  readonly isTTY?: boolean | undefined;
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
  /** Tools for the outbox in a database of the operator's own; absent where no driver is installed. */
  readonly openOutbox?: ((databaseUrl: string) => OutboxTools) | undefined;
}
