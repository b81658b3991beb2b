/** One database server for the whole run, as for the other tests. */
import { globalSetup, globalTeardown } from "../../kit/global.ts";

async function setUp(): Promise<() => Promise<void>> {
  await globalSetup();
  return globalTeardown;
}

export default setUp;
