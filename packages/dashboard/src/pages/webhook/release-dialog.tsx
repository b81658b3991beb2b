import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field, RadioGroup, TextInput } from "../../ui/field.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { words } from "../../ui/words.ts";
import { JobPanel } from "../jobs/job-panel.tsx";
import {
  previewRelease,
  release,
  useEndpointChange,
  type ReleaseBody,
  type Webhook,
} from "./calls.ts";
import { dialogStrings } from "./dialog-strings.ts";

/** A paused or disabled webhook starts again: with all, the newest or none of what it holds. */
export function ReleaseDialog(props: { readonly webhook: Webhook; readonly onClose: () => void }) {
  const { webhook, onClose } = props;
  const [take, setTake] = useState("all");
  const [newest, setNewest] = useState("100");
  const body = bodyOf(take, newest);
  const preview = useQuery({
    queryKey: ["webhooks", "release", webhook.id, body],
    queryFn: () => previewRelease(webhook.id, body),
    gcTime: 0,
  });
  const start = useEndpointChange(release);
  if (start.data) return <JobPanel jobId={start.data.id} onClose={onClose} />;
  const { data } = preview;
  return (
    <Dialog
      title={dialogStrings.releaseTitle}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button
            look={take === "none" ? "danger" : "primary"}
            isBusy={start.isPending}
            onClick={() => start.mutate({ id: webhook.id, body })}
          >
            {take === "none" ? dialogStrings.releaseDrop : dialogStrings.releaseAction}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <RadioGroup
          legend={dialogStrings.releaseWhat}
          value={take}
          onChange={setTake}
          choices={dialogStrings.releases}
        />
        {take === "newest" && (
          <Field label={dialogStrings.releaseNewest}>
            <TextInput inputMode="numeric" value={newest} onChange={setNewest} />
          </Field>
        )}
        <p className="min-h-5 text-secondary" aria-live="polite">
          {data &&
            dialogStrings.releasePreview(
              data.release.count.toLocaleString(),
              data.drop.count.toLocaleString(),
            )}
        </p>
        {preview.error && <ErrorState error={preview.error} />}
        {start.error && <ErrorState error={start.error} />}
      </div>
    </Dialog>
  );
}

function bodyOf(take: string, newest: string): ReleaseBody {
  if (take === "newest") return { take, count: Math.max(1, Number(newest) || 1) };
  return { take: take === "none" ? "none" : "all" };
}
