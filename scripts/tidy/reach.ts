/** Files that nothing starts, imports or tests are dead: they rot and mislead. */
import { join } from "node:path/posix";
import { isTest, productSources, type Finding, type Tree } from "./source.ts";

export function reach(tree: Tree): Finding[] {
  const fromProduct = reachable(tree, [...entries(tree), ...besideTheProduct(tree)]);
  const fromTests = reachable(tree, [...tree.sources.keys()].filter(isEntryOfTests));
  const product = productSources(tree).map(({ path }) => path);
  const kit = [...tree.sources.keys()].filter(
    (path) => path.startsWith("test/") && !path.endsWith(".d.ts"),
  );
  return [
    ...product
      .filter((path) => !fromProduct.has(path))
      .map(dead("nothing in the product imports it")),
    ...kit.filter((path) => !fromTests.has(path)).map(dead("no test imports it")),
  ];
}

function dead(message: string): (path: string) => Finding {
  return (path) => ({ path, line: 1, rule: "dead-file", message });
}

/** Programs that run beside the product; what they use is in use. */
function besideTheProduct(tree: Tree): string[] {
  return [...tree.sources.keys()].filter(
    (path) => /^(scripts|bench|examples)\//.test(path) && !isTest(path),
  );
}

/** On command lines: the test runner's, those of the fault tests, of the simulation and of the browser. */
const NAMED = new Set([
  "test/kit/file-deadline.ts",
  "test/kit/global.ts",
  "test/kit/slowest-files.ts",
  "test/faults/main.ts",
  "test/simulation/nodes/main.ts",
  "test/e2e/playwright.config.ts",
  "test/e2e/kit/global.ts",
]);

function isEntryOfTests(path: string): boolean {
  return NAMED.has(path) || /\.test(-d)?\.ts$/.test(path) || /^(bench|scripts)\//.test(path);
}

/** `index.html` of the dashboard names it. */
const PAGE_ENTRY = "packages/dashboard/src/main.tsx";

/** What a package offers (`exports` and `bin` of its package.json), and type declarations. */
function entries(tree: Tree): string[] {
  const manifests = tree.paths.filter((path) => /^packages\/[^/]+\/package\.json$/.test(path));
  const offered = manifests.flatMap((path) => {
    const folder = path.slice(0, -"/package.json".length);
    const texts = [...(tree.read(path) ?? "").matchAll(/"(\.\/(?:src|dist)\/[^"]+)"/g)];
    return texts.map(([, text = ""]) =>
      join(folder, text.replace("./dist/", "./src/").replace(/\.js$/, ".ts")),
    );
  });
  const types = tree.paths.filter((path) => path.endsWith(".d.ts"));
  return [...offered, ...types, PAGE_ENTRY];
}

function reachable(tree: Tree, from: readonly string[]): Set<string> {
  const seen = new Set<string>();
  const waiting = [...from];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const file = tree.sources.get(path);
    if (seen.has(path) || !file) continue;
    seen.add(path);
    for (const found of file.imports) waiting.push(...targets(tree, found));
  }
  return seen;
}

/** The files an import may mean; `@posthorn/sdk/webhooks` is found by its name in the sources of the package. */
function targets(tree: Tree, found: { specifier: string; path: string | undefined }): string[] {
  if (found.path !== undefined) return [found.path];
  const [, name, entry] = /^@posthorn\/([a-z]+)(?:\/(.+))?$/.exec(found.specifier) ?? [];
  if (name === undefined) return [];
  return [`packages/${name}/src/${entry ?? "client"}.ts`].filter((path) => tree.sources.has(path));
}
