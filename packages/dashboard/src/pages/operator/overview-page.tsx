import { ButtonLink } from "../../ui/button.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { Warnings } from "../health/warnings.tsx";
import { FourCharts } from "../statistics/four-charts.tsx";
import { useOverview } from "./calls.ts";
import { strings } from "./strings.ts";
import { Tiles } from "./tiles.tsx";

/** Is anything stuck? Answered on one screen. */
export function Page() {
  const overview = useOverview();
  return (
    <>
      <PageHeader
        title={strings.overview}
        text={strings.overviewText}
        actions={<ButtonLink to="/operator/health">{strings.health}</ButtonLink>}
      />
      <div className="flex flex-col gap-10">
        {overview.error && (
          <ErrorState error={overview.error} onRetry={() => void overview.refetch()} />
        )}
        {(overview.data || !overview.error) && (
          <>
            <Tiles overview={overview.data} />
            <Warnings title={strings.needsYou} needs={overview.data?.needs} held={[]} />
          </>
        )}
        <FourCharts path="/api/statistics" isOfEverybody />
      </div>
    </>
  );
}
