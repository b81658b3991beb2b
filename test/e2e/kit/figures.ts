/** Figures that a journey measures: printed, and kept for whoever writes them down. They prove nothing by themselves. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = join(import.meta.dirname, "../../../node_modules/.cache/e2e-figures");

export function noteFigures(name: string, figures: Readonly<Record<string, unknown>>): void {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, `${name}.json`), `${JSON.stringify(figures, null, 2)}\n`);
  process.stdout.write(`    ${name}: ${JSON.stringify(figures)}\n`);
}

/** The value below which `share` of the numbers lie. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
}
