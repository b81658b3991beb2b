/** Every shared part in its states, for those who build pages, for the pictures and for axe. In no navigation. */
import type { ReactNode } from "react";
import { Button } from "../../ui/button.tsx";
import { Id } from "../../ui/id.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { EmptyState, ErrorState } from "../../ui/panel-state.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { Sparkline } from "../../ui/sparkline.tsx";
import { Chip, StatusBadge } from "../../ui/status-badge.tsx";
import { Time } from "../../ui/time.tsx";
import { ApiError } from "../../api.ts";
import { Charts, Panels } from "./more-parts.tsx";
import { buckets, sampleId, sampleTime, statuses } from "./samples.ts";

export function Page() {
  return (
    <>
      <PageHeader title="Parts" text="What pages are made of." />
      <div className="flex flex-col gap-8">
        <Story title="Button">
          <div className="flex flex-wrap gap-2">
            <Button look="primary">Primary</Button>
            <Button>Secondary</Button>
            <Button look="quiet">Quiet</Button>
            <Button look="danger">Danger</Button>
            <Button disabled>Disabled</Button>
            <Button isBusy>Busy</Button>
          </div>
        </Story>
        <Story title="StatusBadge">
          <div className="flex flex-wrap gap-x-5 gap-y-2">
            {statuses.map((status) => (
              <StatusBadge key={status} status={status} />
            ))}
            {statuses.map((status) => (
              <StatusBadge key={status} status={status} tinted />
            ))}
          </div>
        </Story>
        <Story title="Id, Time, Chip, Sparkline">
          <div className="flex flex-wrap items-center gap-5 text-table">
            <Id id={sampleId} name="endpoint id" />
            <Time at={sampleTime} />
            <Time at={null} />
            <Chip>order.created</Chip>
            <Sparkline buckets={buckets} text="97 % of 412 in 24 h" />
          </div>
        </Story>
        <Story title="StackedBars, Lines, HorizontalBars">
          <Charts />
        </Story>
        <Story title="JsonTree, PayloadEditor, CodeTabs, Diff, RangePicker, LiveToggle">
          <Panels />
        </Story>
        <Story title="Skeleton, EmptyState, ErrorState">
          <SkeletonLines />
          <EmptyState title="Nothing yet." text="There will be." actions={<Button>Add</Button>} />
          <ErrorState error={failure} onRetry={() => undefined} updatedAt={1} />
        </Story>
      </div>
    </>
  );
}

const failure = new ApiError(503, {
  code: "unavailable",
  title: "Unavailable",
  detail: "The database is away for a moment.",
  requestId: "req_01m8cvpe1ae2n9kyw32agzn60g",
});

function Story({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section data-story>
      <h2 className="pb-2 text-label font-medium text-muted">{title}</h2>
      {children}
    </section>
  );
}
