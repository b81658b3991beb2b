/** Which rows of a long table are near the screen: the others are two empty rows of their height. */
import { useEffect, useState, type RefObject } from "react";

/** Below this everything is drawn: the browser's own search then finds it. */
export const DRAWN_ALWAYS = 200;
const MARGIN_ROWS = 20;

export interface RowWindow {
  readonly start: number;
  readonly end: number;
  /** Pixels above and below. */
  readonly before: number;
  readonly after: number;
}

/** Pure: the rows to draw where the table begins `top` pixels below the window's upper edge. */
export function rowsInView(
  count: number,
  rowHeight: number,
  { top, height }: { readonly top: number; readonly height: number },
): RowWindow {
  if (count <= DRAWN_ALWAYS) return { start: 0, end: count, before: 0, after: 0 };
  const first = Math.floor(-top / rowHeight) - MARGIN_ROWS;
  const start = Math.min(Math.max(0, first), count);
  const end = Math.min(count, Math.max(start, Math.ceil((height - top) / rowHeight) + MARGIN_ROWS));
  return { start, end, before: start * rowHeight, after: (count - end) * rowHeight };
}

export function useWindow(
  body: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
): RowWindow {
  const [top, setTop] = useState(0);
  useEffect(() => {
    if (count <= DRAWN_ALWAYS) return;
    const measure = () => {
      const next = body.current?.getBoundingClientRect().top ?? 0;
      // In steps of ten rows: drawing at every pixel of scrolling would cost what windowing saves.
      setTop(Math.round(next / (rowHeight * 10)) * rowHeight * 10);
    };
    measure();
    window.addEventListener("scroll", measure, { passive: true });
    window.addEventListener("resize", measure);
    return () => {
      window.removeEventListener("scroll", measure);
      window.removeEventListener("resize", measure);
    };
  }, [body, count, rowHeight]);
  return rowsInView(count, rowHeight, { top, height: window.innerHeight });
}
