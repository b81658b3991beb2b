import { join } from "node:path";
import type { Io } from "./io.ts";

/** Where the person's own settings are (XDG Base Directory Specification); undefined where there is no home. */
export function configFolder(env: Io["env"]): string | undefined {
  const base = env["XDG_CONFIG_HOME"] || (env["HOME"] ? join(env["HOME"], ".config") : undefined);
  return base && join(base, "posthorn");
}
