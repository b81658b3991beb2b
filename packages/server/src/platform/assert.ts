/** Thrown when the program contradicts itself: a bug, never a caller's mistake or a remote failure. */
export class AssertionError extends Error {
  override readonly name = "AssertionError";
}

/** Stays on in production: a request or a delivery that would go on with broken data dies instead. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** Closes a switch over a union: a new member does not compile until every switch names it. */
export function unreachable(value: never): never {
  throw new AssertionError(`Unexpected value: ${JSON.stringify(value)}`);
}
