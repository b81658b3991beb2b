import { PageHeader } from "../../ui/page-header.tsx";
import { StatusGlyph } from "../../ui/icons.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { Time } from "../../ui/time.tsx";
import { FourCharts } from "../statistics/four-charts.tsx";
import { sayBytes } from "./bytes.ts";
import { useHealthDetails, useOverview, type HealthDetails, type Overview } from "./calls.ts";
import { NodesTable } from "./nodes-table.tsx";
import { strings } from "./strings.ts";
import { Tiles } from "./tiles.tsx";

/** Is anything stuck? Answered on one screen. */
export function Page() {
  const health = useHealthDetails();
  const overview = useOverview();
  return (
    <>
      <PageHeader title={strings.overview} text={strings.overviewText} />
      <div className="flex flex-col gap-10">
        {overview.error && (
          <ErrorState error={overview.error} onRetry={() => void overview.refetch()} />
        )}
        {overview.data ? <Tiles overview={overview.data} /> : <SkeletonLines />}
        <NeedsYou needs={overview.data?.needs ?? []} held={health.data?.retention.held ?? []} />
        <FourCharts path="/api/statistics" isOfEverybody />
        {overview.data && <NodesTable nodes={overview.data.nodes} />}
        {health.error && <ErrorState error={health.error} onRetry={() => void health.refetch()} />}
        {health.data ? <Storage retention={health.data.retention} /> : <SkeletonLines />}
      </div>
    </>
  );
}

type Retention = HealthDetails["retention"];

function NeedsYou(props: { readonly needs: Overview["needs"]; readonly held: Retention["held"] }) {
  const { needs, held } = props;
  return (
    <section aria-labelledby="needs">
      <h2 id="needs" className="pb-2 text-body font-semibold">
        {strings.needsYou}
      </h2>
      {needs.length === 0 && held.length === 0 && (
        <p className="flex items-center gap-2 text-table text-secondary">
          <span className="text-ok">
            <StatusGlyph name="check" />
          </span>
          {strings.nothingNeeds}
        </p>
      )}
      <ul className="text-table">
        {needs.map(({ code, text }) => (
          <li key={code} className="flex items-center gap-2 border-b border-hairline py-2 text-bad">
            <StatusGlyph name="warning" />
            {text}
          </li>
        ))}
        {held.map(({ endpointId, day, count, cancelledAt }) => (
          <li
            key={endpointId + day}
            className="flex flex-wrap items-center gap-2 border-b border-hairline py-2"
          >
            <span className="text-warn">
              <StatusGlyph name="pause" />
            </span>
            <code className="text-code">{endpointId}</code>
            <span className="text-secondary">
              {strings.heldLine(count.toLocaleString())} <Time at={cancelledAt} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Storage({ retention }: { readonly retention: Retention }) {
  const { days, keptDays, bytesPerDay, bytesWhenFull } = retention;
  const heads = [strings.events, strings.deliveries, strings.attempts, strings.size];
  return (
    <section aria-labelledby="storage">
      <h2 id="storage" className="text-body font-semibold">
        {strings.storage}
      </h2>
      <p className="pb-2 text-table text-secondary">
        {strings.kept(keptDays)}{" "}
        {bytesPerDay !== null &&
          bytesWhenFull !== null &&
          strings.forecast(sayBytes(bytesPerDay), sayBytes(bytesWhenFull))}
      </p>
      <div className="overflow-x-auto">
        <table className="w-full min-w-[560px] text-table tabular-nums">
          <thead>
            <tr className="h-8 border-b border-hairline text-label text-secondary">
              <th scope="col" className="text-left font-medium">
                {strings.day}
              </th>
              {heads.map((head) => (
                <th key={head} scope="col" className="text-right font-medium">
                  {head}
                </th>
              ))}
              <th scope="col" className="text-right font-medium">
                {strings.dropped}
              </th>
            </tr>
          </thead>
          <tbody>
            {days.map(({ day, rows, bytes, droppedAt }) => (
              <tr key={day} className="h-8 border-b border-hairline">
                <td>{day}</td>
                <td className="text-right">{(rows.events ?? 0).toLocaleString()}</td>
                <td className="text-right">{(rows.deliveries ?? 0).toLocaleString()}</td>
                <td className="text-right">{(rows.attempts ?? 0).toLocaleString()}</td>
                <td className="text-right">{sayBytes(bytes)}</td>
                <td className="text-right text-secondary">
                  <Time at={droppedAt} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
