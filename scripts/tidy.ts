/**
 * The rules of the house that the compiler and the linter do not know: `node scripts/tidy.ts [folder]`.
 * Prints `path:line rule message` for each breach and exits with 1 if there is any.
 */
import { resolve } from "node:path";
import { calls } from "./tidy/calls.ts";
import { documented } from "./tidy/documented.ts";
import { layers } from "./tidy/layers.ts";
import { links } from "./tidy/links.ts";
import { migrations } from "./tidy/migrations.ts";
import { names } from "./tidy/names.ts";
import { reach } from "./tidy/reach.ts";
import { sizes } from "./tidy/sizes.ts";
import { readTree, type Finding, type Tree } from "./tidy/source.ts";
import { traces } from "./tidy/traces.ts";

const RULES: readonly ((tree: Tree) => Finding[])[] = [
  layers,
  sizes,
  calls,
  names,
  migrations,
  reach,
  documented,
  links,
  traces,
];

/** Every breach in the tree below `root`, by path and line. */
export function tidy(root: string): Finding[] {
  const tree = readTree(root);
  const found = RULES.flatMap((rule) => rule(tree));
  return found.toSorted((a, b) => a.path.localeCompare(b.path) || a.line - b.line);
}

function main(): void {
  const found = tidy(resolve(process.argv[2] ?? "."));
  for (const { path, line, rule, message } of found)
    console.log(`${path}:${line} ${rule} ${message}`);
  console.log(found.length === 0 ? "tidy: nothing to say" : `tidy: ${found.length} breaches`);
  process.exitCode = found.length === 0 ? 0 : 1;
}

if (import.meta.main) main();
