/** Exit codes of every command; scripts rely on them, so a number never changes its meaning. */
export const EXIT = Object.freeze({
  done: 0,
  unexpected: 1,
  /** Wrong arguments, or a flag is missing and nobody can be asked. */
  usage: 2,
  /** No key, or one that is not valid. */
  credentials: 3,
  notFound: 4,
  /** Role, plan, scope or limit forbids it. */
  forbidden: 5,
  /** The server refused the request as it is: validation, conflict. */
  refused: 6,
  /** The server cannot be reached or is not ready. */
  network: 7,
  rateLimited: 8,
  /** The command worked; what it asked about failed. */
  failed: 10,
  timeout: 124,
  interrupted: 130,
});

export interface FieldFailure {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
  readonly fix?: string;
}

export interface FailureDetails {
  /** Of the catalogue of errors, or one of `usage`, `id_ambiguous`, `network`, `timeout`, `interrupted`, `unexpected`. */
  readonly code: string;
  readonly status?: number;
  readonly requestId?: string;
  readonly retryAfterSeconds?: number;
  readonly errors?: readonly FieldFailure[];
  /** What may have been meant. */
  readonly candidates?: readonly { readonly id: string; readonly label: string }[];
}

/** Ends a command with a message for people and an exit code for scripts. */
export class CliFailure extends Error {
  override readonly name = "CliFailure";
  readonly exitCode: number;
  readonly details: FailureDetails;

  constructor(exitCode: number, message: string, details: FailureDetails) {
    super(message);
    this.exitCode = exitCode;
    this.details = details;
  }
}

/** Wrong arguments: exit code 2. */
export function usage(message: string): CliFailure {
  return new CliFailure(EXIT.usage, message, { code: "usage" });
}
