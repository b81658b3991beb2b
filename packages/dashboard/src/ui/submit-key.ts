import { useEffect } from "react";

/** ⌘↵ or Ctrl ↵ does what the dialog's primary button does, also from inside an editor. */
export function useSubmitKey(submit: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) submit();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  });
}
