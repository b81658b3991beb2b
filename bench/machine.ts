import { closeSync, fdatasyncSync, openSync, statfsSync, writeSync } from "node:fs";
import { availableParallelism, cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import { median, round } from "./statistics.ts";

/** What the figures of one machine depend on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  /** One write of 8 KiB with `fdatasync`, in milliseconds, where the database lies. */
  readonly syncMs: number;
  /** On a memory file system nothing is durable, and the figures mean little. */
  readonly isInMemory: boolean;
}

const TMPFS_MAGIC = 0x01021994;

export function describeMachine(folder: string): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGb: round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release()}`,
    node: process.version,
    syncMs: measureSync(join(folder, "sync")),
    isInMemory: statfsSync(folder).type === TMPFS_MAGIC,
  };
}

function measureSync(path: string): number {
  const file = openSync(path, "w");
  const page = Buffer.alloc(8192, 1);
  const times = Array.from({ length: 50 }, (_, index) => {
    const startedAt = performance.now();
    writeSync(file, page, 0, page.length, index * page.length);
    fdatasyncSync(file);
    return performance.now() - startedAt;
  });
  closeSync(file);
  return round(median(times));
}
