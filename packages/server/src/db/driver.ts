/** The driver of PostgreSQL, mended while it is loaded: what is installed stays as it was published. */
import { registerHooks } from "node:module";
import type postgres from "postgres";
import { assert } from "../platform/assert.ts";
import { MENDS } from "./driver-mends.ts";

const FILE = /\/postgres\/src\/(connection|index)\.js$/;
let mended = 0;

/** Throws when a passage is not there: another version of the driver needs other mends, or none. */
function mend(name: string, source: string): string {
  let text = source;
  for (const { file, find, replace } of MENDS) {
    if (file !== name) continue;
    assert(text.split(find).length === 2, `the driver's ${file} is not the one that is mended`);
    text = text.replace(find, () => replace);
    mended += 1;
  }
  return text;
}

const loading = registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const name = FILE.exec(url)?.[1];
    if (name === undefined) return loaded;
    return { ...loaded, source: mend(`${name}.js`, String(loaded.source)) };
  },
});
const loaded = await import("postgres");
loading.deregister();
assert(mended === MENDS.length, "the driver was loaded before it could be mended");

export const driver: typeof postgres = loaded.default;
