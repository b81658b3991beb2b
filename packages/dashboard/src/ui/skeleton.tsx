import { useEffect, useState } from "react";

const DELAY_MS = 150;
const SHOWN_MS_MIN = 300;

/**
 * Whether to show a skeleton: nothing for 150 ms, then for 300 ms at least. Pages that answer at once do not flicker.
 */
export function useSkeleton(isLoading: boolean): boolean {
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(isLoading), isLoading ? DELAY_MS : SHOWN_MS_MIN);
    return () => clearTimeout(timer);
  }, [isLoading]);
  return isShown && isLoading;
}

/** A line of text that is not there yet; `width` in characters. */
export function SkeletonText({ width }: { readonly width: number }) {
  return <span className="skeleton inline-block h-3 max-w-full" style={{ width: `${width}ch` }} />;
}

/** Lines in the place of a panel. */
export function SkeletonLines({ lines = 3 }: { readonly lines?: number }) {
  return (
    <div aria-hidden className="flex flex-col gap-3 py-2">
      {Array.from({ length: lines }, (_, index) => (
        <SkeletonText key={index} width={38 - (index % 3) * 8} />
      ))}
    </div>
  );
}
