import { useState } from "react";
import { ErrorState } from "../../ui/panel-state.tsx";
import { Sparkbars } from "./sparkbars.tsx";
import { RANGES, useKeyUsage } from "./calls.ts";
import { strings } from "./strings.ts";

/** Requests and refusals by hour. */
export function KeyActivity({ keyId }: { readonly keyId: string }) {
  const [range, setRange] = useState<string>("24h");
  const usage = useKeyUsage(keyId, range);
  const hours = usage.data ?? [];
  const total = hours.reduce((sum, { requests }) => sum + requests, 0);
  const refused = hours.reduce((sum, { refusals }) => sum + refusals, 0);
  return (
    <section aria-labelledby="activity">
      <div className="flex items-center justify-between pb-2">
        <h2 id="activity" className="text-body font-semibold">
          {strings.activity}
        </h2>
        <div role="group" aria-label={strings.range} className="flex gap-1">
          {RANGES.map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={each === range}
              onClick={() => setRange(each)}
              className="rounded-control px-2 py-0.5 text-label text-secondary aria-pressed:bg-sunken aria-pressed:text-text"
            >
              {each}
            </button>
          ))}
        </div>
      </div>
      {usage.error && <ErrorState error={usage.error} onRetry={() => void usage.refetch()} />}
      <Sparkbars hours={hours} range={range} />
      <p className="pt-1.5 text-table text-secondary tabular-nums">
        {total === 0 ? (
          strings.noActivity
        ) : (
          <>
            {total.toLocaleString()} {strings.requests.toLowerCase()}
            {refused > 0 && (
              <span className="text-bad">
                {" "}
                · {refused.toLocaleString()} {strings.refusals.toLowerCase()}
              </span>
            )}
          </>
        )}
      </p>
    </section>
  );
}
