import type { Overview } from "@posthorn/sdk";
import { sayDuration } from "../../ui/clock.ts";
import { sayBytes } from "./bytes.ts";
import { strings } from "./strings.ts";

/** Eight figures that answer "is anything stuck?". */
export function Tiles({ overview }: { readonly overview: Overview }) {
  const { lagP95Ms, oldestDueSeconds, failingEndpoints, nodes } = overview;
  const tiles = [
    [strings.accepted, rate(overview.acceptedPerSecond)],
    [strings.deliveredNow, rate(overview.deliveredPerSecond)],
    [strings.lag, lagP95Ms === null ? strings.unknown : sayDuration(lagP95Ms)],
    [strings.waitingNow, overview.waiting.toLocaleString()],
    [strings.oldestDue, sayDuration(oldestDueSeconds * 1000)],
    [strings.failingNow, failingEndpoints.toLocaleString(), failingEndpoints > 0],
    [strings.nodes, nodes.length.toLocaleString(), nodes.length === 0],
    [strings.database, sayBytes(overview.databaseBytes)],
  ] as const;
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-dialog border border-hairline bg-hairline desk:grid-cols-4">
      {tiles.map(([name, value, isBad]) => (
        <div key={name} className="flex flex-col-reverse bg-surface px-4 py-3">
          <dt className="text-label text-secondary">{name}</dt>
          <dd
            className={`text-title font-semibold tabular-nums ${isBad === true ? "text-bad" : ""}`}
          >
            {value}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function rate(perSecond: number): string {
  return `${perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond).toLocaleString()} /s`;
}
