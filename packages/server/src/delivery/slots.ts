import { FILES_RESERVED, SLOTS_PER_NODE, SLOTS_PER_NODE_MIN } from "../limits.ts";

/**
 * How many attempts a node has in flight at once, so that the files that it may open suffice for them, for as many
 * idle sockets, and for its callers: a node without a free file answers nobody, and each attempt that finds none is
 * spent.
 */
export function slotsWithin(openFilesMax: number): number {
  const affordable = Math.floor((openFilesMax - FILES_RESERVED) / 2);
  return Math.max(SLOTS_PER_NODE_MIN, Math.min(SLOTS_PER_NODE, affordable));
}
