import { isTest, type Finding, type Tree } from "./source.ts";

const LINES_MAX = 400;
const TEST_LINES_MAX = 600;

/** Made by a program, read by the compiler. */
const GENERATED = /\/generated\//;

/** Files that a reader can hold in mind. Functions, nesting and parameters are the linter's. */
export function sizes(tree: Tree): Finding[] {
  return [...tree.sources.values()].flatMap(({ path, text }) => {
    if (GENERATED.test(path)) return [];
    const lines = text.split("\n").length - 1;
    const max = isTest(path) ? TEST_LINES_MAX : LINES_MAX;
    if (lines <= max) return [];
    return [{ path, line: max + 1, rule: "size", message: `${lines} lines; ${max} are the most` }];
  });
}
