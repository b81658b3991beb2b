import type { Delivery } from "@posthorn/sdk";
import { Button } from "../../ui/button.tsx";
import { StatusGlyph } from "../../ui/icons.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { Time } from "../../ui/time.tsx";
import { useUrlState } from "../../url-state.ts";
import { responseText } from "../deliveries/columns.tsx";
import { useRecentFailures } from "./calls.ts";
import { strings } from "./strings.ts";

/** What failed lately, by what came back. */
export function RecentFailures({ webhookId }: { readonly webhookId: string }) {
  const failures = useRecentFailures(webhookId);
  const [, change] = useUrlState();
  const causes = Map.groupBy(failures.data?.data ?? [], responseText);
  return (
    <section aria-labelledby="failures">
      <div className="flex items-center justify-between pb-2">
        <h2 id="failures" className="text-body font-semibold">
          {strings.failures}
        </h2>
        {causes.size > 0 && (
          <Button
            look="quiet"
            onClick={() => change({ tab: "deliveries", status: "failed,retrying" })}
          >
            {strings.showThem}
          </Button>
        )}
      </div>
      {failures.error && (
        <ErrorState error={failures.error} onRetry={() => void failures.refetch()} />
      )}
      {failures.data && causes.size === 0 && (
        <p className="text-table text-secondary">{strings.noFailures}</p>
      )}
      <ul className="text-table">
        {[...causes]
          .toSorted(([, one], [, other]) => other.length - one.length)
          .map(([cause, deliveries]) => (
            <Cause key={cause} cause={cause} deliveries={deliveries} />
          ))}
      </ul>
    </section>
  );
}

function Cause(props: { readonly cause: string; readonly deliveries: readonly Delivery[] }) {
  const { cause, deliveries } = props;
  const latest = deliveries[0];
  return (
    <li className="flex items-center gap-3 border-b border-hairline py-2">
      <span className="text-bad">
        <StatusGlyph name="cross" />
      </span>
      <span className="w-14 text-right tabular-nums text-secondary">
        {strings.times(deliveries.length)}
      </span>
      <strong className="flex-1 font-medium">{cause}</strong>
      <span className="text-secondary">
        <Time at={latest?.createdAt ?? null} />
      </span>
    </li>
  );
}
