import { spawnSync } from "node:child_process";
import { chmodSync, lchownSync, lstatSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Binaries } from "./embedded-binaries.ts";
import { DatabaseStartError } from "./embedded-error.ts";
import type { Folders } from "./embedded-files.ts";

/** As whom the programs of PostgreSQL run: a command to put in front of theirs, and ids to take on. */
export interface ServerUser {
  readonly prefix: readonly string[];
  readonly ids: { readonly uid?: number; readonly gid?: number };
}

const ROOT = 0;
const NOBODY = 65_534;
const NAMESPACE = ["unshare", "--user", `--map-user=${NOBODY}`, `--map-group=${NOBODY}`];

/**
 * PostgreSQL refuses to run as root. As root on Linux it gets a user namespace in which our files belong to `nobody`:
 * unlike a change of user, that works below a home directory that only root may enter. Where namespaces are forbidden,
 * as in most containers, it becomes `nobody` and owns its folders. Throws `root_refused` when it cannot get there.
 */
export function chooseServerUser(binaries: Binaries, folders: Folders): ServerUser {
  if (process.getuid?.() !== ROOT) return { prefix: [], ids: {} };
  const version = [binaries.postgres, "--version"];
  if (process.platform === "linux" && succeeds([...NAMESPACE, ...version], {})) {
    give(folders, ROOT);
    return { prefix: NAMESPACE, ids: {} };
  }
  const ids = { uid: NOBODY, gid: NOBODY };
  chmodSync(dirname(folders.data), 0o711);
  give(folders, NOBODY);
  if (!succeeds(version, ids) || !succeeds(["/bin/sh", "-c", 'cd "$0"', folders.socket], ids)) {
    throw new DatabaseStartError(
      "root_refused",
      `PostgreSQL does not run as root, and the user nobody cannot reach ${folders.socket} or the program. ` +
        "Start Posthorn as an ordinary user, or use --database-url.",
    );
  }
  return { prefix: [], ids };
}

function succeeds(
  [command = "", ...args]: readonly string[],
  ids: { readonly uid?: number; readonly gid?: number },
): boolean {
  return spawnSync(command, args, { ...ids, cwd: "/", stdio: "ignore" }).status === 0;
}

/** Between the two ways above only; folders of another user stay his, and PostgreSQL says so. */
function give({ data, socket }: Folders, uid: number): void {
  for (const folder of [data, socket]) {
    const owner = lstatSync(folder, { throwIfNoEntry: false })?.uid ?? uid;
    if (owner === uid || (owner !== ROOT && owner !== NOBODY)) continue;
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    for (const entry of entries) lchownSync(join(entry.parentPath, entry.name), uid, uid);
    lchownSync(folder, uid, uid);
  }
}
