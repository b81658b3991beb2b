import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { sayDuration } from "../../ui/clock.ts";
import { Dialog } from "../../ui/dialog.tsx";
import {
  Field,
  hasFieldProblems,
  problemOf,
  RadioGroup,
  Select,
  TextInput,
} from "../../ui/field.tsx";
import { localTime } from "../../ui/local-time.ts";
import { ErrorState } from "../../ui/panel-state.tsx";
import { words } from "../../ui/words.ts";
import { JobPanel } from "../jobs/job-panel.tsx";
import { useProfileLines } from "../operator/calls.ts";
import {
  useAcrossCount,
  useAcrossStart,
  type AcrossBody,
  type AcrossDryRun,
} from "./replay-calls.ts";
import { strings } from "./replay-strings.ts";

const HOUR_MS = 3_600_000;

interface Draft {
  readonly mode: AcrossBody["mode"];
  /** Of `datetime-local`: where the reader is. */
  readonly since: string;
  readonly until: string;
  readonly profile: string;
  readonly types: string;
  readonly rate: string;
}

/** What to send again for everybody: counted by organization when asked, before it can start; then the job at work. */
export function ReplayDialog({ onClose }: { readonly onClose: () => void }) {
  const [draft, setDraft] = useState<Draft>(() => ({
    mode: "failed",
    since: localTime(Date.now() - HOUR_MS),
    until: "",
    profile: "",
    types: "",
    rate: "20/s",
  }));
  // What was counted is what is started: a change asks for another count.
  const [asked, setAsked] = useState<AcrossBody | null>(null);
  const count = useAcrossCount(asked ?? bodyOf(draft), asked !== null);
  const start = useAcrossStart();
  if (start.data) return <JobPanel jobId={start.data.id} isAcross onClose={onClose} />;
  const counted = asked === null ? undefined : count.data;
  const error = start.error ?? (asked === null ? null : count.error);
  return (
    <Dialog
      title={strings.open}
      description={strings.text}
      width={640}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          {counted && counted.count > 0 ? (
            <Button
              look="primary"
              isBusy={start.isPending}
              onClick={() => asked && start.mutate(asked)}
            >
              {strings.start(sayCount(counted))}
            </Button>
          ) : (
            <Button
              look="primary"
              disabled={draft.since === ""}
              isBusy={count.isFetching}
              onClick={() => setAsked(bodyOf(draft))}
            >
              {strings.count}
            </Button>
          )}
        </>
      }
    >
      <Fields
        draft={draft}
        error={error}
        onChange={(next) => {
          setAsked(null);
          setDraft(next);
        }}
      />
      <div aria-live="polite" className="pt-4 text-table">
        {count.isFetching && strings.counting}
        {counted && !count.isFetching && <Counted counted={counted} />}
        {error !== null && !hasFieldProblems(error) && <ErrorState error={error} />}
      </div>
    </Dialog>
  );
}

function sayCount({ count, isCountExact }: AcrossDryRun): string {
  const said = count.toLocaleString();
  return isCountExact ? said : strings.about(said);
}

function Counted({ counted }: { readonly counted: AcrossDryRun }) {
  const { count, organizationCount, organizations, estimatedSeconds } = counted;
  if (count === 0) return strings.nothing;
  const more = organizationCount - organizations.length;
  return (
    <>
      <p className="pb-2 font-medium">
        {strings.summary(
          sayCount(counted),
          strings.organizations(organizationCount),
          sayDuration(estimatedSeconds * 1000),
        )}
      </p>
      <div className="max-h-56 overflow-auto" tabIndex={0} role="region" aria-label={strings.table}>
        <table className="w-full text-left">
          <thead className="text-label text-muted">
            <tr className="border-b border-hairline">
              <th className="py-1 font-medium">{strings.organization}</th>
              <th className="py-1 text-right font-medium">{strings.deliveries}</th>
            </tr>
          </thead>
          <tbody>
            {organizations.map(({ organizationId, name, count: own }) => (
              <tr key={organizationId} className="border-b border-hairline">
                <td className="max-w-0 truncate py-1">{name}</td>
                <td className="w-24 py-1 text-right tabular-nums">{own.toLocaleString()}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {more > 0 && <p className="pt-1 text-muted">{strings.more(more)}</p>}
    </>
  );
}

function Fields(props: {
  readonly draft: Draft;
  readonly error: unknown;
  readonly onChange: (draft: Draft) => void;
}) {
  const { draft, error } = props;
  const profiles = useProfileLines();
  const change = (part: Partial<Draft>) => props.onChange({ ...draft, ...part });
  return (
    <div className="flex flex-col gap-4">
      <RadioGroup
        legend={strings.mode}
        value={draft.mode}
        onChange={(mode) => change({ mode: mode === "all" ? "all" : "failed" })}
        choices={strings.modes}
      />
      <div className="grid gap-4 desk:grid-cols-2">
        <Field label={strings.since} problem={problemOf(error, "/since")}>
          <TextInput
            type="datetime-local"
            value={draft.since}
            onChange={(since) => change({ since })}
          />
        </Field>
        <Field
          label={strings.until}
          isOptional
          hint={strings.untilHint}
          problem={problemOf(error, "/until")}
        >
          <TextInput
            type="datetime-local"
            value={draft.until}
            onChange={(until) => change({ until })}
          />
        </Field>
        <Field label={strings.profile} problem={problemOf(error, "/profile")}>
          <Select
            value={draft.profile}
            onChange={(profile) => change({ profile })}
            choices={[
              { value: "", label: strings.allProfiles },
              ...(profiles.data ?? []).map(({ id, title }) => ({ value: id, label: title })),
            ]}
          />
        </Field>
        <Field label={strings.speed} problem={problemOf(error, "/rate")}>
          <Select
            value={draft.rate}
            onChange={(rate) => change({ rate })}
            choices={strings.speeds}
          />
        </Field>
      </div>
      <Field
        label={strings.types}
        isOptional
        hint={strings.typesHint}
        problem={problemOf(error, "/types")}
      >
        <TextInput value={draft.types} onChange={(types) => change({ types })} autoComplete="off" />
      </Field>
    </div>
  );
}

function bodyOf({ mode, since, until, profile, types, rate }: Draft): AcrossBody {
  const named = types
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "");
  return {
    mode,
    since: since === "" ? "" : new Date(since).toISOString(),
    ...(until === "" ? {} : { until: new Date(until).toISOString() }),
    ...(profile === "" ? {} : { profile }),
    ...(named.length === 0 ? {} : { types: named }),
    rate,
  };
}
