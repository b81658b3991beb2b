/** Which of the frame's own dialogs is open; each is loaded when it is first needed. */
import { useSyncExternalStore } from "react";

export type FrameDialog = "palette" | "keys";

let open: FrameDialog | null = null;
const listeners = new Set<() => void>();

export function openDialog(name: FrameDialog | null): void {
  open = name;
  for (const each of listeners) each();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useOpenDialog(): FrameDialog | null {
  return useSyncExternalStore(subscribe, () => open);
}
