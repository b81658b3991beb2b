import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { configFolder } from "../config-folder.ts";
import type { Io } from "../io.ts";

const FILE = "listen-secret";
const BYTES = 32;

/**
 * The secret that signs for this machine: the same each time, so that the app's settings stay as they are. It is made
 * here and stands in a file that only its owner reads; where there is no home, it lives as long as the command.
 */
export function ownSecret(env: Io["env"]): string {
  const folder = configFolder(env);
  const path = folder && join(folder, FILE);
  const known = path && existsSync(path) ? readFileSync(path, "utf8").trim() : "";
  if (/^whsec_[A-Za-z0-9+/=]{32,}$/.test(known)) return known;
  const secret = `whsec_${randomBytes(BYTES).toString("base64")}`;
  if (folder && path) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(path, `${secret}\n`, { mode: 0o600 });
  }
  return secret;
}
