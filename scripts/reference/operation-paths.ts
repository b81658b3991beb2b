/** Which operation a request means. */
import type { Operation } from "./api-module.ts";

/** Finds operations by method and path; parameters may be anything but empty. */
export function operationFinder(operations: readonly Operation[]) {
  // Literal segments before parameters: `/api/webhooks/preview` is no webhook.
  const known = operations
    .map((operation) => ({ operation, pattern: patternOf(operation.path) }))
    .toSorted((a, b) => countParameters(a.operation) - countParameters(b.operation));
  return (method: string, path: string): Operation | undefined =>
    known.find(({ operation, pattern }) => operation.method === method && pattern.test(path))
      ?.operation;
}

function patternOf(path: string): RegExp {
  const parts = path.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^/]+")}$`);
}

function countParameters({ path }: Operation): number {
  return path.split("{").length;
}
