import { isTest, type Finding, type Tree } from "./source.ts";

const LINES_MAX = 400;
const TEST_LINES_MAX = 600;

/** Made by a program, read by the compiler. */
const GENERATED = /\/generated\//;

/** Rows one below the other, looked up and not read: one file says it for the whole product. */
const TABLES = /^packages\/server\/src\/(limits|errors|field-errors|metric-table)\.ts$/;
const TABLE_LINES_MAX = 800;

/** Files that a reader can hold in mind. Functions, nesting and parameters are the linter's. */
export function sizes(tree: Tree): Finding[] {
  return [...tree.sources.values()].flatMap(({ path, text }) => {
    if (GENERATED.test(path)) return [];
    const lines = text.split("\n").length - 1;
    const max = linesMax(path);
    if (lines <= max) return [];
    return [{ path, line: max + 1, rule: "size", message: `${lines} lines; ${max} are the most` }];
  });
}

function linesMax(path: string): number {
  if (isTest(path)) return TEST_LINES_MAX;
  return TABLES.test(path) ? TABLE_LINES_MAX : LINES_MAX;
}
