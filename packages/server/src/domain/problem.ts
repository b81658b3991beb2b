/**
 * One thing that is wrong with one field, as the rules of the domain see it; `errors.ts` holds the
 * catalogue of codes.
 */
export interface FieldProblem<Code extends string> {
  /** JSON Pointer (RFC 6901) into the body; `""` is the whole. */
  readonly pointer: string;
  readonly code: Code;
  /** A sentence for people. */
  readonly message: string;
  /** A value that would be accepted. */
  readonly fix?: string;
}
