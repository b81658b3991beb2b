import { readFileSync } from "node:fs";
import { statfs } from "node:fs/promises";

/** How many files and sockets this process may have open at once; Infinity where the system does not say. */
export function openFilesMax(): number {
  try {
    const text = readFileSync("/proc/self/limits", "utf8");
    return Number(/^Max open files\s+(\d+)/m.exec(text)?.[1] ?? Infinity);
  } catch {
    return Infinity;
  }
}

/** Of the file system that a folder is on; undefined where it cannot be asked. */
export async function diskSpace(
  folder: string,
): Promise<{ readonly totalBytes: number; readonly freeBytes: number } | undefined> {
  const stats = await statfs(folder).catch(() => undefined);
  if (!stats) return undefined;
  return { totalBytes: stats.blocks * stats.bsize, freeBytes: stats.bavail * stats.bsize };
}
