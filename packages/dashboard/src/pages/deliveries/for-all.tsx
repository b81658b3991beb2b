import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field, Select } from "../../ui/field.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { words } from "../../ui/words.ts";
import { JobPanel } from "../jobs/job-panel.tsx";
import { countMatching, startForAll, useDeliveryChange, type ForAll } from "./calls.ts";
import { strings } from "./strings.ts";

/** Counts what the filters match, asks, and then shows the job at work. */
export function ForAllDialog(props: {
  readonly act: ForAll;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly onClose: () => void;
}) {
  const { act, query, onClose } = props;
  const isCancel = act === "cancel";
  const [rate, setRate] = useState("");
  const count = useQuery({
    queryKey: ["deliveries", "count", act, query],
    queryFn: () => countMatching(act, query),
    gcTime: 0,
  });
  const start = useDeliveryChange(startForAll);
  if (start.data) return <JobPanel jobId={start.data.id} onClose={onClose} />;
  const dryRun = count.data;
  const text = isCancel ? strings.cancelAllText : strings.redeliverAllText;
  const said = dryRun
    ? `${dryRun.isCountExact ? "" : "about "}${dryRun.count.toLocaleString()}`
    : "…";
  return (
    <Dialog
      title={isCancel ? strings.cancelAllTitle : strings.redeliverAllTitle}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button
            look={isCancel ? "danger" : "primary"}
            disabled={!dryRun || dryRun.count === 0}
            isBusy={start.isPending}
            onClick={() => start.mutate({ act, query, rate })}
          >
            {isCancel ? strings.startCancel(said) : strings.startRedeliver(said)}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4" aria-live="polite">
        <p className="text-secondary">
          {!dryRun && strings.counting}
          {dryRun && (dryRun.count === 0 ? strings.nothingMatches : text(said))}
        </p>
        {!isCancel && (
          <Field label={strings.rate}>
            <Select value={rate} onChange={setRate} choices={strings.rates} />
          </Field>
        )}
        {count.error && <ErrorState error={count.error} onRetry={() => void count.refetch()} />}
        {start.error && <ErrorState error={start.error} />}
      </div>
    </Dialog>
  );
}
