/** How high the rows of tables are: a setting of this browser, for every list. */
import { useSyncExternalStore } from "react";

const SETTING = "posthorn.rows";
const listeners = new Set<() => void>();

export function useIsCompact(): boolean {
  return useSyncExternalStore(subscribe, () => localStorage.getItem(SETTING) === "compact");
}

export function setCompact(isCompact: boolean): void {
  localStorage.setItem(SETTING, isCompact ? "compact" : "normal");
  for (const each of listeners) each();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
