/** Charts are drawn at the width that they have, so that their letters keep their size. */
import { createContext, useContext, useEffect, useState, type RefObject } from "react";
import { WIDTH } from "./chart-scale.ts";

export const ChartWidth = createContext(WIDTH);

export function useChartWidth(): number {
  return useContext(ChartWidth);
}

/** Of an element, in whole pixels, also after it has changed. */
export function useMeasuredWidth(element: RefObject<Element | null>): number {
  const [width, setWidth] = useState(WIDTH);
  useEffect(() => {
    if (!element.current) return;
    const observer = new ResizeObserver(([entry]) => {
      const next = Math.floor(entry?.contentRect.width ?? 0);
      if (next > 0) setWidth(next);
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
