/** Charts are drawn at the width that they have, so that their letters keep their size. */
import { createContext, useContext, useLayoutEffect, useState, type RefObject } from "react";
import { WIDTH } from "./chart-scale.ts";

export const ChartWidth = createContext(WIDTH);

export function useChartWidth(): number {
  return useContext(ChartWidth);
}

/** Of an element, in whole pixels, also after it has changed. */
export function useMeasuredWidth(element: RefObject<Element | null>): number {
  const [width, setWidth] = useState(WIDTH);
  // Before anything is painted: at another width the chart has another height, and what is below it would jump.
  useLayoutEffect(() => {
    if (!element.current) return;
    const take = (measured: number) => measured >= 1 && setWidth(Math.floor(measured));
    take(element.current.getBoundingClientRect().width);
    const observer = new ResizeObserver(([entry]) => take(entry?.contentRect.width ?? 0));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
