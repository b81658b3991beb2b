import * as crypto from "node:crypto";
import { lstatSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseStartError } from "./embedded-error.ts";

export interface Folders {
  /** Of PostgreSQL; not there before the first start. */
  readonly data: string;
  /** Holds the unix socket; nobody else may enter. */
  readonly socket: string;
}

/** A socket's path must fit into 103 bytes (macOS; Linux has 107); `/.s.PGSQL.5432` takes 14 of them. */
const SOCKET_FOLDER_BYTES_MAX = 89;

/** Makes the folders that a server needs, each for this user alone. */
export function prepareFolders(dataDir: string): Folders {
  const data = join(dataDir, "postgres");
  const near = join(dataDir, "run");
  const isShort = Buffer.byteLength(near) <= SOCKET_FOLDER_BYTES_MAX;
  const name = `posthorn-${crypto.hash("sha256", dataDir).slice(0, 16)}`;
  const socket = isShort ? near : join(tmpdir(), name);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  mkdirSync(socket, { recursive: true, mode: 0o700 });
  if (!isShort) checkOwner(socket);
  return { data, socket };
}

/** Where everybody may write, somebody may have made the folder before us, to put a socket of his own into it. */
function checkOwner(folder: string): void {
  const { uid, mode } = lstatSync(folder);
  const isOurs = uid === process.getuid?.() && (mode & 0o077) === 0;
  if (isOurs) return;
  throw new DatabaseStartError(
    "start_failed",
    `${folder} belongs to somebody else. Remove it, or choose a --data-dir with a shorter path.`,
  );
}
