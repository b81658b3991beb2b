/** 24 buckets of successes and failures in a row of a table; `text` says the same in words. */
export interface Bucket {
  readonly delivered: number;
  readonly failed: number;
}

const WIDTH = 96;
const HEIGHT = 18;

export function Sparkline({
  buckets,
  text,
}: {
  readonly buckets: readonly Bucket[];
  readonly text: string;
}) {
  const most = Math.max(1, ...buckets.map(({ delivered, failed }) => delivered + failed));
  const step = WIDTH / Math.max(1, buckets.length);
  const scale = (count: number) => (count === 0 ? 0 : Math.max(1.5, (count / most) * HEIGHT));
  return (
    <svg
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={text}
      className="inline-block align-middle"
    >
      <title>{text}</title>
      <path d={`M0 ${HEIGHT - 0.5}H${WIDTH}`} className="stroke-hairline" />
      {buckets.map(({ delivered, failed }, index) => {
        const bad = scale(failed);
        const good = scale(delivered);
        return (
          // oxlint-disable-next-line react/no-array-index-key -- A bucket is its place in time.
          <g key={index}>
            <rect
              x={index * step}
              y={HEIGHT - good}
              width={step - 1}
              height={good}
              className="fill-muted opacity-60"
            />
            <rect
              x={index * step}
              y={HEIGHT - good - bad}
              width={step - 1}
              height={bad}
              className="fill-bad"
            />
          </g>
        );
      })}
    </svg>
  );
}
