/** Middle values and shares of a list of measurements. */

export interface Quantiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Undefined for an empty list. */
export function quantiles(values: readonly number[]): Quantiles | undefined {
  if (values.length === 0) return undefined;
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** Two decimals: more would pretend a precision that no run has. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/**
 * The median of every number at the same place of equally shaped results; everything else is taken from the first.
 */
export function medianOf<T>(results: readonly T[]): T {
  const [first] = results;
  if (typeof first === "number") {
    const numbers = results.filter((value) => typeof value === "number");
    // Proof: T is number here.
    return round(median(numbers)) as T;
  }
  if (typeof first !== "object" || first === null) {
    if (first === undefined) throw new Error("There is no result to take the median of.");
    return first;
  }
  const present = Object.entries(first).filter(([, value]) => isPresent(value));
  const entries = present.map(([name]) => [
    name,
    // Proof: the results have one shape; a value that one of them lacks is dropped.
    medianOf(results.map((each) => (each as Record<string, unknown>)[name]).filter(isPresent)),
  ]);
  // Proof: it has the names of the first result, each with a value of the same type.
  return (Array.isArray(first) ? first : Object.fromEntries(entries)) as T;
}

function isPresent(value: unknown): boolean {
  return value !== undefined;
}
