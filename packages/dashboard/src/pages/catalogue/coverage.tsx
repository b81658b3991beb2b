import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { Time } from "../../ui/time.tsx";
import { useCoverage, type CatalogueCoverage } from "./calls.ts";
import { strings } from "./strings.ts";

/** What is published beside what the catalogue says. */
export function Coverage(props: {
  readonly profile: string;
  readonly onAdd: (type: string) => void;
}) {
  const coverage = useCoverage(props.profile);
  const { data, error } = coverage;
  if (error && !data) return <ErrorState error={error} onRetry={() => void coverage.refetch()} />;
  if (!data) return <SkeletonLines lines={6} />;
  return (
    <div className="flex flex-col gap-8">
      <p className="max-w-2xl text-table text-secondary">
        {strings.coverageText(data.days)} {strings.published(data.published.length)}
        {!data.isComplete && ` ${strings.incomplete}`}
      </p>
      <Unlisted rows={data.unlisted} onAdd={props.onAdd} />
      <section aria-labelledby="unpublished">
        <h2 id="unpublished" className="text-body font-semibold">
          {strings.unpublished}
        </h2>
        <p className="pb-2 text-table text-secondary">
          {data.unpublished.length === 0 ? strings.noUnpublished : strings.unpublishedText}
        </p>
        <ul className="columns-1 gap-8 text-table md:columns-2">
          {data.unpublished.map((type) => (
            <li key={type} className="min-h-8 border-b border-hairline py-1.5">
              <code className="text-code [overflow-wrap:anywhere]">{type}</code>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

function Unlisted(props: {
  readonly rows: CatalogueCoverage["unlisted"];
  readonly onAdd: (type: string) => void;
}) {
  return (
    <section aria-labelledby="unlisted">
      <h2 id="unlisted" className="text-body font-semibold">
        {strings.unlisted}
      </h2>
      <p className="pb-2 text-table text-secondary">
        {props.rows.length === 0 ? strings.noUnlisted : strings.unlistedText}
      </p>
      <ul className="text-table">
        {props.rows.map(({ type, organizations, lastAt }) => (
          <li
            key={type}
            className="flex min-h-10 flex-wrap items-center gap-x-4 gap-y-1 border-b border-hairline py-1"
          >
            <code className="min-w-0 flex-1 text-code [overflow-wrap:anywhere]">{type}</code>
            <span className="text-secondary tabular-nums">
              {organizations.toLocaleString()} {strings.organizations.toLowerCase()}
            </span>
            <span className="text-secondary">
              <Time at={lastAt} />
            </span>
            <Button
              look="quiet"
              aria-label={strings.addThis(type)}
              onClick={() => props.onAdd(type)}
            >
              {strings.add}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
