import { useNavigate, useParams } from "@tanstack/react-router";
import { ApiError } from "../../api.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { CodeBlock } from "../../ui/code-block.tsx";
import { Id } from "../../ui/id.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { EmptyState, ErrorState } from "../../ui/panel-state.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { Time } from "../../ui/time.tsx";
import { toast } from "../../ui/toast.tsx";
import { HeaderList } from "../deliveries/header-list.tsx";
import { pretty } from "../deliveries/pretty.ts";
import { replayReceipt, sourcePath, useReceipt, useSourceChange, type Receipt } from "./calls.ts";
import { outcomeText } from "./receipts-table.tsx";
import { strings } from "./strings.ts";

/** One request of a provider as it came, and the event that was made of it. */
export function Page() {
  // Proof: the route of this page has these parameters.
  const { sourceId, receiptId } = useParams({ strict: false }) as {
    sourceId: string;
    receiptId: string;
  };
  const receipt = useReceipt(receiptId);
  if (receipt.error instanceof ApiError && receipt.error.status === 404) {
    return (
      <EmptyState
        title={strings.receiptGone}
        actions={<ButtonLink to={sourcePath(sourceId)}>{strings.open}</ButtonLink>}
      />
    );
  }
  if (receipt.error && !receipt.data) {
    return <ErrorState error={receipt.error} onRetry={() => void receipt.refetch()} />;
  }
  if (!receipt.data) return <SkeletonLines />;
  return <Loaded receipt={receipt.data} />;
}

function Loaded({ receipt }: { readonly receipt: Receipt }) {
  const navigate = useNavigate();
  const replay = useSourceChange(replayReceipt);
  const { status, providerType, eventId, body, isTruncated } = receipt;
  return (
    <>
      <PageHeader
        title={providerType ?? strings.receipt}
        heading={
          <span className="flex flex-wrap items-center gap-3">
            <span className="text-table tracking-normal">
              <StatusBadge status={status} tinted />
            </span>
            {providerType ?? strings.receipt}
          </span>
        }
        text={<Facts receipt={receipt} />}
        actions={
          <>
            {eventId !== null && (
              <ButtonLink to={`/settings/integrations/events/${eventId}`}>
                {strings.openEvent}
              </ButtonLink>
            )}
            {status === "verified" && (
              <Button
                title={strings.replayHint}
                isBusy={replay.isPending}
                onClick={() =>
                  replay.mutate(receipt.id, {
                    onSuccess: ({ id, sourceId }) => {
                      toast({ text: strings.replayed });
                      void navigate({ to: `${sourcePath(sourceId)}/receipts/${id}` });
                    },
                  })
                }
              >
                {strings.replay}
              </Button>
            )}
          </>
        }
      />
      {replay.error && <ErrorState error={replay.error} />}
      <div className="flex flex-col gap-5">
        <HeaderList headers={receipt.headers} />
        <CodeBlock code={pretty(body)} language="json" title={strings.body} />
        {isTruncated && <p className="text-label text-muted">{strings.truncated}</p>}
      </div>
    </>
  );
}

function Facts({ receipt }: { readonly receipt: Receipt }) {
  const { id, receivedAt, address, duplicates } = receipt;
  return (
    <span className="flex flex-wrap gap-x-1">
      <Id id={id} />
      <span>
        · <Time at={receivedAt} />
      </span>
      {address !== null && (
        <span>
          · {strings.from} {address}
        </span>
      )}
      <span>· {outcomeText(receipt)}</span>
      {duplicates > 0 && <span>· {strings.duplicates(duplicates)}</span>}
    </span>
  );
}
