/** The cursor of a chart, and a stretch drawn from one bucket to another: by the pointer, or by arrows, Shift and Enter. */
import { useState, type KeyboardEvent, type PointerEvent } from "react";
import { bucketAxis, MARGIN } from "./chart-scale.ts";
import { useChartWidth } from "./chart-width.ts";

export function useBrush(chart: {
  /** Start of each bucket, in ms since the epoch. */
  readonly starts: readonly number[];
  readonly cursor: number | null;
  readonly onCursor: (at: number | null) => void;
  readonly onRange?: ((from: number, to: number) => void) | undefined;
}) {
  const { starts, cursor, onCursor, onRange } = chart;
  const width = useChartWidth();
  const { step } = bucketAxis(starts.length, width);
  /** Where a stretch began; null while none is drawn. */
  const [from, setFrom] = useState<number | null>(null);
  const last = starts.length - 1;
  const bucketAt = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * width;
    return Math.floor((x - MARGIN.left) / step);
  };
  const choose = (one: number, other: number) => {
    const span = (starts[1] ?? 0) - (starts[0] ?? 0);
    const [first, end] = [Math.min(one, other), Math.max(one, other)];
    onRange?.(starts[first] ?? 0, (starts[end] ?? 0) + span);
  };
  const handlers = {
    onPointerMove(event: PointerEvent<SVGSVGElement>) {
      const at = bucketAt(event);
      // A stretch that is being drawn may end outside of the picture.
      if (from !== null) return onCursor(Math.min(last, Math.max(0, at)));
      onCursor(at >= 0 && at <= last ? at : null);
    },
    onPointerDown(event: PointerEvent<SVGSVGElement>) {
      const at = bucketAt(event);
      if (!onRange || event.pointerType === "touch" || at < 0 || at > last) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      setFrom(at);
    },
    onPointerUp() {
      if (from !== null && cursor !== null && from !== cursor) choose(from, cursor);
      setFrom(null);
    },
    onPointerLeave() {
      if (from === null) onCursor(null);
    },
    onKeyDown(event: KeyboardEvent) {
      if (event.key === "Shift" && onRange) return setFrom(cursor);
      if (event.key === "Enter" && onRange && cursor !== null) choose(from ?? cursor, cursor);
      const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (move === undefined) return;
      event.preventDefault();
      onCursor(Math.min(last, Math.max(0, (cursor ?? -1) + move)));
    },
    onBlur() {
      onCursor(null);
      setFrom(null);
    },
  };
  return { from, handlers };
}
