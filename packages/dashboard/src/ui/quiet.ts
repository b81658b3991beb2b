import { useEffect, useState } from "react";

/** While somebody writes, the server is asked when the hands rest. */
const QUIET_MS = 300;

/** The value as it was when it last rested; compared by its JSON text. */
export function useQuiet<T>(value: T): T {
  const [quiet, setQuiet] = useState(value);
  const text = JSON.stringify(value);
  useEffect(() => {
    const timer = setTimeout(() => setQuiet(value), QUIET_MS);
    return () => clearTimeout(timer);
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- `value` is made anew by every render; its text is what counts.
  }, [text]);
  return quiet;
}
