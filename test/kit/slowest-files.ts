/** A reporter for the end of a run: which files took longest, from the start of their process to its end. */
import type { TestEvent } from "node:test/reporters";
import { relative } from "node:path";

const SHOWN = 12;

// oxlint-disable-next-line import/no-default-export -- A reporter is the default export of its module.
export default async function* slowestFiles(source: AsyncIterable<TestEvent>) {
  const files: { readonly name: string; readonly ms: number }[] = [];
  for await (const { type, data } of source) {
    if (type !== "test:complete" || data.nesting > 0 || !data.file) continue;
    const name = relative(process.cwd(), data.file);
    // A file is reported like a test, under its own path.
    if (data.name === name) files.push({ name, ms: data.details.duration_ms });
  }
  const slowest = files.toSorted((one, other) => other.ms - one.ms).slice(0, SHOWN);
  yield `\nThe slowest of ${files.length} files:\n`;
  for (const { name, ms } of slowest) yield `${(ms / 1000).toFixed(1).padStart(6)} s  ${name}\n`;
}
