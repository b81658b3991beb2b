/**
 * Gives the product another world to run in, without a line of the product knowing: SQL stands in the modules of
 * `store/` alone, chance in `platform/random.ts`, sockets behind `delivery/send.ts` and `db/driver.ts`. Whoever imports these from within
 * the product gets them with their effects replaced; everything else is the product's own code.
 *
 * `?mutant=name` loads the product once more, with a part of its text taken out: the test of the test.
 */
import { readFileSync } from "node:fs";
import { registerHooks, stripTypeScriptTypes } from "node:module";
import { fileURLToPath } from "node:url";
import { STATEMENTS } from "./statements.ts";

/** A change of the product's text, by the path of its file below `packages/server/src`. */
export interface Change {
  readonly file: string;
  readonly right: string;
  readonly wrong: string;
}

const SOURCES = new URL("../../../packages/server/src/", import.meta.url).href;
const EFFECTS = new URL("effects.ts", import.meta.url).href;
const STORIES = new URL("stories.ts", import.meta.url).href;
/** Beside this folder: what they share with it, such as fast-check, is loaded once. */
const STORY_FILES = /\/test\/simulation\/(nodes\/stories|[a-z-]+)\.ts$/;
const PRODUCT = new URL("product.ts", import.meta.url).href;

const mutants = new Map<string, readonly Change[]>();

type Product = typeof import("./product.ts");

/** The product in this world, or a mutant of it. */
export async function loadProduct(mutant?: {
  readonly name: string;
  readonly changes: readonly Change[];
}): Promise<Product> {
  if (mutant) mutants.set(encodeURIComponent(mutant.name), mutant.changes);
  const name = encodeURIComponent(mutant?.name ?? "none");
  // Proof: the same module, with a mark that its imports inherit.
  return (await import(`${PRODUCT}?mutant=${name}`)) as Product;
}

/** The stories, told to this world. */
export async function loadStories(): Promise<typeof import("./stories.ts")> {
  // Proof: the same module, with a mark that its imports inherit.
  return (await import(`${STORIES}?mutant=none`)) as typeof import("./stories.ts");
}

registerHooks({
  resolve(specifier, context, next) {
    const mark = /[?&]mutant=([^&]*)/.exec(context.parentURL ?? "")?.[1];
    if (mark === undefined) return next(specifier, context);
    const found = next(specifier, context);
    const isMarked = found.url.startsWith(SOURCES) || STORY_FILES.test(found.url);
    if (!isMarked || found.url.includes("?")) return found;
    return { ...found, url: `${found.url}?mutant=${mark}`, shortCircuit: true };
  },
  load(url, context, next) {
    const [, file = "", mark, isReal] =
      /^([^?]*)\?mutant=([^&]*)(&real)?$/.exec(url.slice(SOURCES.length)) ?? [];
    if (!url.startsWith(SOURCES) || mark === undefined) return next(url, context);
    const replaced = isReal ? undefined : replacement(file, `${url}&real`);
    return source(replaced ?? textOf(url, file, mark));
  },
});

function source(text: string) {
  return { format: "module", source: text, shortCircuit: true };
}

function textOf(url: string, file: string, mark: string): string {
  let text = readFileSync(fileURLToPath(url.replace(/\?.*/, "")), "utf8");
  for (const change of mutants.get(mark) ?? []) {
    if (change.file !== file) continue;
    if (!text.includes(change.right))
      throw new Error(`${file} is not what it was: ${change.right}`);
    text = text.replace(change.right, change.wrong);
  }
  return stripTypeScriptTypes(text);
}

function replacement(file: string, real: string): string | undefined {
  const own = JSON.stringify(real);
  const everything = `import * as real from ${own}; export * from ${own};`;
  const effects = JSON.stringify(EFFECTS);
  if (file === "platform/random.ts")
    return `export { newUuid, random, randomBytes } from ${effects};`;
  if (file === "db/driver.ts") return `export { openListening as driver } from ${effects};`;
  if (file === "delivery/send.ts") return `export { createSender } from ${effects};`;
  if (file === "delivery/isolation.ts")
    return `export * from ${own}; export { createIsolation } from ${effects};`;
  const name = /^store\/(.*)\.ts$/.exec(file)?.[1];
  // Proof: only looked up.
  const statements = (STATEMENTS as Record<string, object>)[name ?? ""];
  if (!statements) return undefined;
  const exported = Object.keys(statements).map(
    (each) => `export const ${each} = simulated(${JSON.stringify(each)}, real.${each});`,
  );
  return [everything, `import { simulated } from ${effects};`, ...exported].join("\n");
}
