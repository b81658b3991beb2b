/** New rows of a list that is live: shown at once at its top, kept back while it is paused or read further down. */
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useLive } from "../../live.ts";

const FLASH_MS = 1_200;
const GATHER_MS = 300;
const NONE: ReadonlySet<string> = new Set();
/** So far down the first rows are out of sight: rows that came above would push away what is being read. */
const SCROLLED_PX = 120;

interface Row {
  readonly id: string;
}

export interface LiveRows<Item> {
  readonly rows: readonly Item[] | undefined;
  /** Kept back. */
  readonly newCount: number;
  readonly onShow: () => void;
  readonly isLive: boolean;
  readonly onLive: (isLive: boolean) => void;
  /** Rows that have just changed. */
  readonly flashing: ReadonlySet<string>;
}

/** `isNewestFirst`: other orders have no place where new rows belong, so nothing is kept back. */
export function useLiveRows<Item extends Row>(
  rows: readonly Item[] | undefined,
  isNewestFirst: boolean,
): LiveRows<Item> {
  const [isLive, setLive] = useState(true);
  const isScrolled = useIsScrolled();
  /** The first row that may be shown; null: all may. */
  const [top, setTop] = useState<string | null>(null);
  const isHolding = isNewestFirst && (!isLive || isScrolled);
  const first = rows?.[0]?.id ?? null;
  // While nothing is held the list's first row moves on, and the last one seen is where holding begins.
  if (!isHolding && top !== null) setTop(null);
  if (isHolding && top === null && first !== null) setTop(first);
  const at = top === null ? 0 : (rows?.findIndex(({ id }) => id === top) ?? 0);
  const newCount = Math.max(0, at);
  return {
    rows: newCount === 0 ? rows : rows?.slice(newCount),
    newCount,
    onShow: () => {
      setTop(first);
      window.scrollTo({ top: 0 });
    },
    isLive,
    onLive: setLive,
    flashing: useFlashing(),
  };
}

/** Gathered for a moment: to draw the list with every message would leave no time for whoever uses it. */
function useFlashing(): ReadonlySet<string> {
  const [flashing, setFlashing] = useState<ReadonlySet<string>>(NONE);
  const gathered = useRef(new Set<string>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useLive(["delivery"], ({ data }) => {
    gathered.current.add(data.id);
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      setFlashing(gathered.current);
      gathered.current = new Set();
    }, GATHER_MS);
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (flashing.size === 0) return;
    const over = setTimeout(() => setFlashing(NONE), FLASH_MS);
    return () => clearTimeout(over);
  }, [flashing]);
  return flashing;
}

function useIsScrolled(): boolean {
  return useSyncExternalStore(
    (listener) => {
      window.addEventListener("scroll", listener, { passive: true });
      return () => window.removeEventListener("scroll", listener);
    },
    () => window.scrollY > SCROLLED_PX,
  );
}
