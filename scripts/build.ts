/**
 * Makes what a package's tarball holds: `node scripts/build.ts sdk cli server`, in the order in which they need one
 * another. Runs before `npm pack` and `npm publish`; nothing of it is needed to work on the project.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

const TSC = join("node_modules", "typescript", "bin", "tsc");

for (const name of process.argv.slice(2)) build(join("packages", name));

function build(folder: string): void {
  rmSync(join(folder, "dist"), { recursive: true, force: true });
  const { status } = spawnSync(process.execPath, [TSC, "-p", join(folder, "tsconfig.build.json")], {
    stdio: "inherit",
  });
  if (status !== 0) throw new Error(`${folder} does not compile.`);
  copyFileSync("LICENSE", join(folder, "LICENSE"));
  const { bin = {}, files = [] } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  for (const program of Object.values<string>(bin)) chmodSync(join(folder, program), 0o755);
  for (const part of [...files, "README.md"]) {
    if (!part.startsWith("!") && !existsSync(join(folder, part)))
      throw new Error(`${folder} has no ${part}.`);
  }
}
