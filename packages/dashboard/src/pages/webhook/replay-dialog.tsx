import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { sayDuration } from "../../ui/clock.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Field, problemOf, RadioGroup, Select, TextInput } from "../../ui/field.tsx";
import { localTime } from "../../ui/local-time.ts";
import { ErrorState } from "../../ui/panel-state.tsx";
import { words } from "../../ui/words.ts";
import { JobPanel } from "../jobs/job-panel.tsx";
import {
  countReplay,
  startReplay,
  useEndpointChange,
  type ReplayBody,
  type Webhook,
} from "./calls.ts";
import { dialogStrings } from "./dialog-strings.ts";

const DAY_MS = 24 * 3_600_000;

interface ReplayDraft {
  readonly mode: ReplayBody["mode"];
  /** Of `datetime-local`: where the reader is. */
  readonly since: string;
  readonly until: string;
  readonly rate: string;
}

/** What to send again, counted before it starts; then the job at work. */
export function ReplayDialog(props: { readonly webhook: Webhook; readonly onClose: () => void }) {
  const { webhook, onClose } = props;
  const [draft, setDraft] = useState<ReplayDraft>(() => ({
    mode: "failed",
    since: localTime(Date.parse(webhook.failingSince ?? "") || Date.now() - DAY_MS),
    until: "",
    rate: "",
  }));
  const body = bodyOf(draft);
  const count = useQuery({
    queryKey: ["webhooks", "replay-count", webhook.id, body],
    queryFn: () => countReplay(webhook.id, body),
    gcTime: 0,
    enabled: draft.since !== "",
    retry: false,
  });
  const start = useEndpointChange(startReplay);
  if (start.data) return <JobPanel jobId={start.data.id} onClose={onClose} />;
  const counted = count.data;
  const said = counted
    ? `${counted.isCountExact ? "" : "about "}${counted.count.toLocaleString()}`
    : "…";
  return (
    <Dialog
      title={dialogStrings.replayTitle}
      description={<span className="break-all">{webhook.url}</span>}
      width={640}
      isOpen
      onClose={onClose}
      footer={
        <>
          <span className="flex-1 text-table text-secondary" aria-live="polite">
            {count.isFetching && dialogStrings.counting}
            {counted && !count.isFetching && describe(counted, said)}
          </span>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button
            look="primary"
            disabled={!counted || counted.count === 0}
            isBusy={start.isPending}
            onClick={() => start.mutate({ id: webhook.id, body })}
          >
            {dialogStrings.replayStart(said)}
          </Button>
        </>
      }
    >
      <ReplayFields draft={draft} onChange={setDraft} error={count.error ?? start.error} />
    </Dialog>
  );
}

function describe(
  { count, estimatedSeconds }: { readonly count: number; readonly estimatedSeconds: number },
  said: string,
): string {
  if (count === 0) return dialogStrings.replayNone;
  return dialogStrings.replayCount(said, sayDuration(estimatedSeconds * 1000));
}

function ReplayFields(props: {
  readonly draft: ReplayDraft;
  readonly onChange: (draft: ReplayDraft) => void;
  readonly error: unknown;
}) {
  const { draft, onChange, error } = props;
  return (
    <div className="flex flex-col gap-4">
      <RadioGroup
        legend={dialogStrings.replayMode}
        value={draft.mode}
        onChange={(value) => {
          const mode = dialogStrings.replayModes.find((each) => each.value === value)?.value;
          if (mode) onChange({ ...draft, mode });
        }}
        choices={dialogStrings.replayModes}
      />
      <div className="grid gap-4 desk:grid-cols-2">
        <Field label={dialogStrings.since} problem={problemOf(error, "/since")}>
          <TextInput
            type="datetime-local"
            value={draft.since}
            onChange={(since) => onChange({ ...draft, since })}
          />
        </Field>
        <Field
          label={dialogStrings.until}
          isOptional
          hint={dialogStrings.untilHint}
          problem={problemOf(error, "/until")}
        >
          <TextInput
            type="datetime-local"
            value={draft.until}
            onChange={(until) => onChange({ ...draft, until })}
          />
        </Field>
      </div>
      <Field label={dialogStrings.speed}>
        <Select
          value={draft.rate}
          onChange={(rate) => onChange({ ...draft, rate })}
          choices={dialogStrings.speeds}
        />
      </Field>
      {error !== null && error !== undefined && <ErrorState error={error} />}
    </div>
  );
}

function bodyOf({ mode, since, until, rate }: ReplayDraft): ReplayBody {
  return {
    mode,
    since: since === "" ? "" : new Date(since).toISOString(),
    ...(until === "" ? {} : { until: new Date(until).toISOString() }),
    ...(rate === "" ? {} : { rate }),
  };
}
