import { lazy, Suspense, useState } from "react";
import { BulkBar } from "../../ui/bulk-bar.tsx";
import { Button } from "../../ui/button.tsx";
import { keepFailed, type BulkProps } from "./bulk.ts";
import { pauseWebhook, resumeWebhook, useWebhookChange } from "./calls.ts";
import { strings } from "./strings.ts";

const DeleteMany = lazy(() =>
  import("./delete-many.tsx").then((it) => ({ default: it.DeleteMany })),
);

export function WebhooksBulkBar({ rows, selected, onChange }: BulkProps) {
  const [isAsked, setAsked] = useState(false);
  const each = useWebhookChange(changeEach);
  const ids = [...selected];
  const change = (act: (id: string) => Promise<unknown>) =>
    each.mutate({ ids, act }, { onSuccess: (failed) => keepFailed(failed, onChange) });
  return (
    <BulkBar count={selected.size} onClear={() => onChange(new Set())}>
      <Button onClick={() => change(pauseWebhook)} isBusy={each.isPending}>
        {strings.pause}
      </Button>
      <Button onClick={() => change(resumeWebhook)} isBusy={each.isPending}>
        {strings.resume}
      </Button>
      <Button look="danger" onClick={() => setAsked(true)}>
        {strings.remove}
      </Button>
      {isAsked && (
        <Suspense>
          <DeleteMany
            rows={rows}
            selected={selected}
            onChange={onChange}
            onClose={() => setAsked(false)}
          />
        </Suspense>
      )}
    </BulkBar>
  );
}

/** One after the other; the ids that failed. */
async function changeEach(asked: {
  readonly ids: readonly string[];
  readonly act: (id: string) => Promise<unknown>;
}): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const id of asked.ids) await asked.act(id).catch(() => failed.push(id));
  return failed;
}
