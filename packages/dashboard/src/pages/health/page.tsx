import { useState } from "react";
import { ResumeDeliveries } from "../../frame/resume-deliveries.tsx";
import { pauseStrings } from "../../frame/pause-strings.ts";
import { Button } from "../../ui/button.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { saveFile } from "../../ui/save-file.ts";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { toast } from "../../ui/toast.tsx";
import { readSupportBundle, useHealthDetails, type HealthDetails } from "./calls.ts";
import { Ceiling } from "./ceiling.tsx";
import { DatabasePanel } from "./database-panel.tsx";
import { EndpointsPanel } from "./endpoints-panel.tsx";
import { NodesPanel } from "./nodes-panel.tsx";
import { PauseDeliveries } from "./pause-deliveries.tsx";
import { QueuePanel } from "./queue-panel.tsx";
import { ReplaysPanel } from "./replays-panel.tsx";
import { Storage } from "./storage.tsx";
import { strings } from "./strings.ts";
import { Warnings } from "./warnings.tsx";

/** Whether everything runs, and the levers for when it does not. */
export function Page() {
  const health = useHealthDetails();
  const { data, error } = health;
  return (
    <>
      <PageHeader
        title={strings.title}
        text={strings.text}
        actions={
          <>
            <BundleButton />
            <PauseButton details={data} />
          </>
        }
      />
      {error && (
        <ErrorState
          error={error}
          updatedAt={health.dataUpdatedAt}
          onRetry={() => void health.refetch()}
        />
      )}
      {!data && !error && <SkeletonLines />}
      {data && <Panels details={data} />}
    </>
  );
}

function Panels({ details }: { readonly details: HealthDetails }) {
  return (
    <div className="flex flex-col gap-10">
      <Ceiling ratePerSecond={details.deliveriesPause.ratePerSecond} />
      <Warnings
        title={strings.warnings}
        needs={details.overview.needs}
        held={details.retention.held}
      />
      <NodesPanel nodes={details.overview.nodes} />
      <QueuePanel queue={details.queue} overview={details.overview} />
      <ReplaysPanel />
      <EndpointsPanel endpoints={details.endpoints} />
      <DatabasePanel database={details.database} disk={details.disk} />
      <Storage retention={details.retention} />
    </div>
  );
}

function PauseButton({ details }: { readonly details: HealthDetails | undefined }) {
  const [isAsked, setAsked] = useState(false);
  if (!details) return null;
  const { isPaused } = details.deliveriesPause;
  const close = () => setAsked(false);
  return (
    <>
      <Button look={isPaused ? "primary" : "danger"} onClick={() => setAsked(true)}>
        {isPaused ? pauseStrings.resume : pauseStrings.pause}
      </Button>
      {isAsked &&
        (isPaused ? <ResumeDeliveries onClose={close} /> : <PauseDeliveries onClose={close} />)}
    </>
  );
}

function BundleButton() {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const save = async () => {
    setBusy(true);
    setError(null);
    await readSupportBundle().then((bundle) => {
      const day = bundle.madeAt.slice(0, 10);
      saveFile(`posthorn-${day}.json`, "application/json", JSON.stringify(bundle, null, 2));
      toast({ text: strings.bundleSaved });
    }, setError);
    setBusy(false);
  };
  return (
    <>
      <Button isBusy={isBusy} onClick={() => void save()}>
        {strings.bundle}
      </Button>
      {error !== null && <ErrorState error={error} />}
    </>
  );
}
