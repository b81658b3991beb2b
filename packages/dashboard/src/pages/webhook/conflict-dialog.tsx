import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { webhookQuery, type Webhook } from "./calls.ts";
import { differencesOf, type EndpointDraft } from "./endpoint-draft.ts";
import { formStrings } from "./form-strings.ts";
import { Differences } from "./save-dialog.tsx";

/** Somebody else was faster: both versions, and a choice. */
export function ConflictDialog(props: {
  readonly webhookId: string;
  readonly draft: EndpointDraft;
  readonly onMine: (theirs: Webhook) => Promise<unknown>;
  readonly onTheirs: (theirs: Webhook) => void;
}) {
  const { draft, onMine, onTheirs } = props;
  const [error, setError] = useState<unknown>(null);
  const theirs = useQuery({ ...webhookQuery(props.webhookId), staleTime: 0 });
  const { data } = theirs;
  return (
    <Dialog
      title={formStrings.conflictTitle}
      description={formStrings.conflictText}
      width={640}
      isOpen
      onClose={() => data && onTheirs(data)}
      footer={
        data && (
          <>
            <Button onClick={() => onTheirs(data)}>{formStrings.useTheirs}</Button>
            <Button look="primary" onClick={() => void onMine(data).catch(setError)}>
              {formStrings.useMine}
            </Button>
          </>
        )
      }
    >
      {data ? <Differences differences={differencesOf(draft, data)} /> : <SkeletonLines />}
      {error !== null && <ErrorState error={error} />}
    </Dialog>
  );
}
