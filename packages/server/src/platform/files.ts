import { readFileSync } from "node:fs";

/** How many files and sockets this process may have open at once; Infinity where the system does not say. */
export function openFilesMax(): number {
  try {
    const text = readFileSync("/proc/self/limits", "utf8");
    return Number(/^Max open files\s+(\d+)/m.exec(text)?.[1] ?? Infinity);
  } catch {
    return Infinity;
  }
}
