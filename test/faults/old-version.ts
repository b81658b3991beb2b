/** The last released version, as it stands in the history of the repository. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";

/** 0.1.0. */
const RELEASED = "2d73249";
const ROOT = join(import.meta.dirname, "..", "..");
const OWN = "@posthorn";

export function lacksHistory(): string | undefined {
  const { status } = spawnSync("git", ["cat-file", "-e", `${RELEASED}^{commit}`], { cwd: ROOT });
  return status === 0 ? undefined : `the commit ${RELEASED} in the history (a full clone)`;
}

/** Lays the released sources into a folder, with the dependencies of this clone; answers its `main.ts`. */
export function unpackReleased(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const archive = execFileSync("git", ["archive", RELEASED, "packages", "package.json"], {
    cwd: ROOT,
    maxBuffer: 256 * 1024 ** 2,
  });
  execFileSync("tar", ["-x", "-C", folder], { input: archive });
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, OWN), { recursive: true });
  for (const name of readdirSync(join(ROOT, "node_modules"))) {
    if (name !== OWN) symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
  }
  for (const name of readdirSync(join(folder, "packages"))) {
    symlinkSync(join(folder, "packages", name), join(modules, OWN, name));
  }
  return join(folder, "packages", "server", "src", "main.ts");
}
