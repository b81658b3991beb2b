import { useSyncExternalStore } from "react";

/** Whether a media query holds, also after the window has changed. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const list = matchMedia(query);
      list.addEventListener("change", listener);
      return () => list.removeEventListener("change", listener);
    },
    () => matchMedia(query).matches,
  );
}

export function usePhone(): boolean {
  return useMedia("(max-width: 719px)");
}
