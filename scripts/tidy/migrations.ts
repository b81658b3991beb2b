import { basename } from "node:path/posix";
import type { Finding, Tree } from "./source.ts";

/** Numbered from 0001 without gaps or twins: two people who take the same number must notice it here. */
export function migrations(tree: Tree): Finding[] {
  const paths = tree.paths.filter((path) => /^packages\/server\/migrations\/.*\.sql$/.test(path));
  return paths.flatMap((path, index) => {
    const expected = String(index + 1).padStart(4, "0");
    if (basename(path).startsWith(`${expected}_`)) return [];
    return [{ path, line: 1, rule: "migration", message: `its number should be ${expected}` }];
  });
}
