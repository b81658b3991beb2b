import type { SpawnOptions } from "node:child_process";
import * as crypto from "node:crypto";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Folders {
  readonly data: string;
  /** Holds the unix socket; nobody else may enter. */
  readonly socket: string;
}

/** A socket's path must fit into 107 bytes; `.s.PGSQL.5432` takes 14 of them. */
const SOCKET_FOLDER_LENGTH_MAX = 90;

/** Makes the folders of a server below `dataDir`, each for this user alone. */
export async function prepareFolders(dataDir: string): Promise<Folders> {
  const data = join(dataDir, "postgres");
  const near = join(dataDir, "run");
  const short = `posthorn-${crypto.hash("sha256", dataDir).slice(0, 16)}`;
  const socket = near.length <= SOCKET_FOLDER_LENGTH_MAX ? near : join(tmpdir(), short);
  await mkdir(data, { recursive: true, mode: 0o700 });
  await mkdir(socket, { recursive: true, mode: 0o700 });
  return { data, socket };
}

/**
 * PostgreSQL refuses to run as root. As root on Linux it gets a user namespace in which our files belong to `nobody`:
 * unlike a change of user that works below a home directory that only root may enter.
 */
export function asServerUser(
  _folders: Folders,
  binary: string,
  args: readonly string[],
): { command: string; args: string[]; options: SpawnOptions } {
  const isRoot = process.getuid?.() === 0;
  if (!isRoot || process.platform !== "linux")
    return { command: binary, args: [...args], options: {} };
  const namespace = ["--user", "--map-user=65534", "--map-group=65534"];
  return { command: "unshare", args: [...namespace, binary, ...args], options: {} };
}
