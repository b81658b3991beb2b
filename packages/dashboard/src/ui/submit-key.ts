import { useEffect } from "react";

/** ⌘↵ or Ctrl ↵ does what the dialog's primary button does, also from inside an editor; once, however long it is held. */
export function useSubmitKey(submit: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Enter" && !event.repeat && (event.metaKey || event.ctrlKey)) submit();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  });
}
