import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { Diff } from "../../ui/diff.tsx";
import { toast } from "../../ui/toast.tsx";
import { strings as words } from "../operator/plan-strings.ts";
import { differencesOf } from "../operator/profile-values.ts";
import { discardDraft, publishDraft, usePlansChange, type Plans, type Rules } from "./calls.ts";
import { strings } from "./strings.ts";

/** What is written beside what is in force; a saved draft is published or discarded here. */
export function DraftActions(props: {
  readonly plans: Plans;
  readonly rules: Rules;
  readonly onDiscarded: () => void;
}) {
  const { plans, rules } = props;
  const [asked, setAsked] = useState<"publish" | "discard" | null>(null);
  const differences = differencesOf(described(plans.inForce), described(rules));
  const changes = differences.map(({ pointer, before, after }) => ({
    // With blanks, so that it breaks where a page is narrow.
    name: pointer.slice(1).replaceAll("/", " / "),
    before: say(pointer, before),
    after: say(pointer, after),
  }));
  const { draft, profile } = plans;
  const isSaved = draft !== null && JSON.stringify(draft.rules) === JSON.stringify(rules);
  return (
    <section aria-labelledby="changes">
      <div className="flex flex-wrap items-center justify-between gap-3 pb-2">
        <h2 id="changes" className="text-body font-semibold">
          {strings.changes}
        </h2>
        {draft && (
          <div className="flex flex-wrap items-center gap-2">
            <span className="text-label text-muted">
              {strings.draftBy(draft.writtenBy.name ?? strings.somebody)}
            </span>
            <Button onClick={() => setAsked("discard")}>{strings.discard}</Button>
            <Button
              look="primary"
              disabled={!isSaved || changes.length === 0}
              onClick={() => setAsked("publish")}
            >
              {strings.publish}
            </Button>
          </div>
        )}
      </div>
      {changes.length === 0 ? (
        <p className="text-table text-secondary">{strings.noChanges}</p>
      ) : (
        <Diff label={strings.changes} changes={changes} />
      )}
      {draft && (
        <Asked
          asked={asked}
          profile={profile}
          version={draft.version}
          count={changes.length}
          onClose={() => setAsked(null)}
          onDiscarded={props.onDiscarded}
        />
      )}
    </section>
  );
}

/** Before it is done: both are for everybody. */
function Asked(props: {
  readonly asked: "publish" | "discard" | null;
  readonly profile: string;
  readonly version: number;
  /** Values that change. */
  readonly count: number;
  readonly onClose: () => void;
  readonly onDiscarded: () => void;
}) {
  const { asked, profile, version, onClose } = props;
  const publish = usePlansChange(publishDraft);
  const discard = usePlansChange(discardDraft);
  return (
    <>
      <ConfirmDialog
        isOpen={asked === "publish"}
        onClose={onClose}
        title={strings.publishTitle}
        action={strings.publish}
        onConfirm={async () => {
          await publish.mutateAsync({ profile, version });
          toast({ text: strings.published });
        }}
      >
        {strings.publishText(props.count)}
      </ConfirmDialog>
      <ConfirmDialog
        isOpen={asked === "discard"}
        isDanger
        onClose={onClose}
        title={strings.discardTitle}
        action={strings.discard}
        onConfirm={async () => {
          await discard.mutateAsync({ profile, version });
          props.onDiscarded();
          toast({ text: strings.discarded });
        }}
      >
        {strings.discardText}
      </ConfirmDialog>
    </>
  );
}

function say(pointer: string, value: string | undefined): string {
  const isLifted = value === "null" && pointer.startsWith("/limits/");
  return isLifted ? words.unlimited : (value ?? strings.absent);
}

/** As the comparison of profiles takes it; nobody asks for origins here. */
function described(rules: Rules) {
  return { ...rules, id: "", origins: {} };
}
