import { useUrlState } from "../url-state.ts";

export const RANGES = ["1h", "24h", "7d", "30d"] as const;
export type Range = (typeof RANGES)[number];

const LABELS: Readonly<Record<Range, string>> = {
  "1h": "1 hour",
  "24h": "24 hours",
  "7d": "7 days",
  "30d": "30 days",
};

/** The range in the URL; 24 hours without one. */
export function useRange(): [Range, (range: Range) => void] {
  const [state, change] = useUrlState();
  const range = RANGES.find((each) => each === state["range"]) ?? "24h";
  return [range, (next) => change({ range: next === "24h" ? undefined : next })];
}

/** One range for all charts of a page. */
export function RangePicker() {
  const [range, setRange] = useRange();
  return (
    <div
      role="group"
      aria-label="Time range"
      className="inline-flex rounded-control border border-control"
    >
      {RANGES.map((each) => (
        <button
          key={each}
          type="button"
          aria-pressed={each === range}
          title={LABELS[each]}
          onClick={() => setRange(each)}
          className="h-11 px-3 text-table text-secondary outline-offset-[-2px] first:rounded-l-[5px] last:rounded-r-[5px] hover:bg-sunken aria-pressed:bg-sunken aria-pressed:font-medium aria-pressed:text-text desk:h-[30px]"
        >
          {each}
        </button>
      ))}
    </div>
  );
}
