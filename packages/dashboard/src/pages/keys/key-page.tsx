import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { ApiError } from "../../api.ts";
import { gateOf, useMe } from "../../session.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { EmptyState, ErrorState } from "../../ui/panel-state.tsx";
import { SkeletonText, useSkeleton } from "../../ui/skeleton.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { useKey, useKeyRules, type ApiKey, type KeyRules } from "./calls.ts";
import { keyPath } from "./columns.tsx";
import { KeyActivity } from "./key-activity.tsx";
import { KeyCalls } from "./key-calls.tsx";
import { KeyDialogs, type KeyTask } from "./key-dialogs.tsx";
import { KeyEditor } from "./key-editor.tsx";
import { KeyFacts } from "./key-facts.tsx";
import { KeyTrail } from "./key-trail.tsx";
import { strings } from "./strings.ts";

/** One key: its settings on the left, what it does and did on the right. */
export function Page() {
  // Proof: the route of this page has this parameter.
  const { keyId } = useParams({ strict: false }) as { keyId: string };
  return <OneKey key={keyId} keyId={keyId} />;
}

function OneKey({ keyId }: { readonly keyId: string }) {
  const [task, setTask] = useState<KeyTask | null>(null);
  const key = useKey(keyId);
  const rules = useKeyRules();
  const isGone = key.error instanceof ApiError && key.error.status === 404;
  // A key that was rolled at once is gone while the dialog over it still shows the only sight of the new one.
  if (isGone && task === null) {
    return (
      <EmptyState
        title={strings.goneTitle}
        text={strings.goneText}
        actions={<ButtonLink to="/settings/integrations/api">{strings.backToKeys}</ButtonLink>}
      />
    );
  }
  if (key.error && !key.data) {
    return <ErrorState error={key.error} onRetry={() => void key.refetch()} />;
  }
  if (!key.data || !rules) return <Waiting />;
  return <Loaded apiKey={key.data} rules={rules} task={task} onTask={setTask} />;
}

function Loaded(props: {
  readonly apiKey: ApiKey;
  readonly rules: KeyRules;
  readonly task: KeyTask | null;
  readonly onTask: (task: KeyTask | null) => void;
}) {
  const { apiKey, rules, task, onTask } = props;
  const navigate = useNavigate();
  const mayReadLog = gateOf(useMe(), "organization").allowed;
  const isOver = apiKey.status === "revoked";
  return (
    <>
      <PageHeader
        title={apiKey.name}
        heading={
          <span className="flex flex-wrap items-center gap-3">
            {apiKey.name}
            <span className="text-table tracking-normal">
              <StatusBadge status={apiKey.status} tinted />
            </span>
          </span>
        }
      />
      <Banner apiKey={apiKey} onRoll={() => onTask({ what: "roll", apiKey })} />
      <div className="grid gap-10 lg:grid-cols-[minmax(0,560px)_minmax(0,1fr)]">
        <KeyEditor apiKey={apiKey} rules={rules} />
        <div className="flex min-w-0 flex-col gap-8">
          <KeyFacts apiKey={apiKey} />
          <KeyActivity keyId={apiKey.id} />
          <KeyCalls keyId={apiKey.id} />
          {mayReadLog && <KeyTrail keyId={apiKey.id} />}
          {!isOver && <Danger apiKey={apiKey} onTask={onTask} />}
        </div>
      </div>
      <KeyDialogs
        task={task}
        onTask={onTask}
        rules={rules}
        otherNames={new Set()}
        onRevoked={() => void navigate({ to: "/settings/integrations/api" })}
      />
    </>
  );
}

/** What is special about a key that is over or has a successor. */
function Banner({ apiKey, onRoll }: { readonly apiKey: ApiKey; readonly onRoll: () => void }) {
  const { status, replacedBy } = apiKey;
  if (replacedBy !== null) {
    return (
      <p className={BANNER}>
        <span className="flex-1">{strings.replaced}</span>
        <ButtonLink to={keyPath(replacedBy)}>{strings.openReplacement}</ButtonLink>
      </p>
    );
  }
  if (status !== "expired") return null;
  return (
    <p className={BANNER}>
      <span className="flex-1">{strings.expired}</span>
      <Button onClick={onRoll}>{strings.roll}</Button>
    </p>
  );
}

const BANNER =
  "mb-6 flex flex-wrap items-center gap-3 rounded-control bg-warn-tint px-3 py-2 text-table text-warn";

function Danger(props: { readonly apiKey: ApiKey; readonly onTask: (task: KeyTask) => void }) {
  const { apiKey, onTask } = props;
  return (
    <section aria-labelledby="danger" className="border-t border-hairline pt-5">
      <h2 id="danger" className="pb-2 text-body font-semibold">
        {strings.danger}
      </h2>
      <div className="flex items-center justify-between gap-4 py-1.5 text-table">
        <span className="text-secondary">{strings.rollLine}</span>
        <Button onClick={() => onTask({ what: "roll", apiKey })}>{strings.roll}</Button>
      </div>
      <div className="flex items-center justify-between gap-4 py-1.5 text-table">
        <span className="text-secondary">{strings.revokeLine}</span>
        <Button look="danger" onClick={() => onTask({ what: "revoke", apiKey })}>
          {strings.revoke}
        </Button>
      </div>
    </section>
  );
}

function Waiting() {
  const isShown = useSkeleton(true);
  if (!isShown) return null;
  return (
    <div aria-hidden className="flex max-w-xl flex-col gap-6 pt-2">
      {[14, 32, 32, 24, 30].map((width, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- Bars without an identity.
        <SkeletonText key={index} width={width} />
      ))}
    </div>
  );
}
