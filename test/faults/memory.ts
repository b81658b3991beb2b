/** What a process holds, as Linux tells it. */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import type { Slot } from "./slot.ts";

export function residentMegabytes(pid: number): number {
  const text = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1]) / 1024;
}

export function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** Looks at the nodes' memory four times a second; `stop` answers the most of each, in megabytes. */
export function watchMemory(slots: readonly Slot[]) {
  const most = slots.map(({ node }) => residentMegabytes(node.pid));
  let isRunning = true;
  const running = (async () => {
    for (; isRunning; await wait(250)) {
      slots.forEach(({ node }, index) => {
        most[index] = Math.max(most[index] ?? 0, residentMegabytes(node.pid));
      });
    }
    return most.map(Math.round);
  })();
  return {
    stop() {
      isRunning = false;
      return running;
    },
  };
}
