import type { Overview } from "@posthorn/sdk";
import { sayDuration } from "../../ui/clock.ts";
import { SkeletonText } from "../../ui/skeleton.tsx";
import { sayBytes } from "./bytes.ts";
import { strings } from "./strings.ts";

interface Tile {
  readonly name: string;
  readonly say: (overview: Overview) => string;
  readonly isBad?: (overview: Overview) => boolean;
}

const TILES: readonly Tile[] = [
  { name: strings.accepted, say: ({ acceptedPerSecond }) => rate(acceptedPerSecond) },
  { name: strings.deliveredNow, say: ({ deliveredPerSecond }) => rate(deliveredPerSecond) },
  {
    name: strings.lag,
    say: ({ lagP95Ms }) => (lagP95Ms === null ? strings.unknown : sayDuration(lagP95Ms)),
  },
  { name: strings.waitingNow, say: ({ waiting }) => waiting.toLocaleString() },
  {
    name: strings.oldestDue,
    say: ({ oldestDueSeconds }) => sayDuration(oldestDueSeconds * 1000),
  },
  {
    name: strings.failingNow,
    say: ({ failingEndpoints }) => failingEndpoints.toLocaleString(),
    isBad: ({ failingEndpoints }) => failingEndpoints > 0,
  },
  {
    name: strings.nodesNow,
    say: ({ nodes }) => nodes.length.toLocaleString(),
    isBad: ({ nodes }) => nodes.length === 0,
  },
  { name: strings.database, say: ({ databaseBytes }) => sayBytes(databaseBytes) },
];

/** Eight figures that answer "is anything stuck?"; their places while they are being read. */
export function Tiles({ overview }: { readonly overview: Overview | undefined }) {
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-dialog border border-hairline bg-hairline desk:grid-cols-4">
      {TILES.map(({ name, say, isBad }) => (
        <div key={name} className="flex flex-col-reverse bg-surface px-4 py-3">
          <dt className="text-label text-secondary">{name}</dt>
          <dd
            className={`text-title font-semibold tabular-nums ${overview && isBad?.(overview) ? "text-bad" : ""}`}
          >
            {overview ? say(overview) : <SkeletonText width={5} />}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function rate(perSecond: number): string {
  return `${perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond).toLocaleString()} /s`;
}
