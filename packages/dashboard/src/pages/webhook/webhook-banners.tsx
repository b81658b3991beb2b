import { useState, type ReactNode } from "react";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { StatusGlyph } from "../../ui/icons.tsx";
import { Time } from "../../ui/time.tsx";
import { toast } from "../../ui/toast.tsx";
import { useUrlState } from "../../url-state.ts";
import { promoteSecret, useEndpointChange, useHeld, type Webhook } from "./calls.ts";
import { ReleaseDialog } from "./release-dialog.tsx";
import { strings } from "./strings.ts";

/** What needs a person: held events, failures, a secret half-way rolled; each with its way on. */
export function WebhookBanners({ webhook }: { readonly webhook: Webhook }) {
  return (
    <>
      <StateBanner webhook={webhook} />
      <SecretBanner webhook={webhook} />
    </>
  );
}

function StateBanner({ webhook }: { readonly webhook: Webhook }) {
  const [, change] = useUrlState();
  const [isReleasing, setReleasing] = useState(false);
  const isHolding = webhook.status === "paused" || webhook.status === "disabled";
  const held = useHeld(webhook.id, isHolding);
  if (webhook.status === "failing") {
    return (
      <Banner
        isBad
        action={
          <Button onClick={() => change({ tab: "deliveries", status: "retrying,failed" })}>
            {strings.seeWhy}
          </Button>
        }
      >
        {strings.failingBanner} {strings.failingSince} <Time at={webhook.failingSince} />.
      </Banner>
    );
  }
  if (!isHolding) return null;
  const count = held.data?.count ?? 0;
  const text =
    webhook.status === "paused"
      ? strings.pausedBanner
      : strings.disabledBanner(webhook.disabledReason ?? "by hand");
  return (
    <>
      <Banner action={<Button onClick={() => setReleasing(true)}>{strings.release}</Button>}>
        {text} <strong className="font-medium">{strings.heldCount(count.toLocaleString())}</strong>
      </Banner>
      {isReleasing && <ReleaseDialog webhook={webhook} onClose={() => setReleasing(false)} />}
    </>
  );
}

function SecretBanner({ webhook }: { readonly webhook: Webhook }) {
  const [isAsked, setAsked] = useState(false);
  const promote = useEndpointChange(promoteSecret);
  if (webhook.hasNextSecret) {
    return (
      <>
        <Banner action={<Button onClick={() => setAsked(true)}>{strings.switchSecret}</Button>}>
          {strings.stagedBanner}
        </Banner>
        <ConfirmDialog
          isOpen={isAsked}
          onClose={() => setAsked(false)}
          title={strings.switchTitle}
          action={strings.switchSecret}
          isDanger={false}
          onConfirm={async () => {
            await promote.mutateAsync(webhook.id);
            toast({ text: strings.switched });
          }}
        >
          {strings.switchText}
        </ConfirmDialog>
      </>
    );
  }
  if (webhook.previousSecretExpiresAt === null) return null;
  return (
    <Banner>
      {strings.overlapBanner} <Time at={webhook.previousSecretExpiresAt} absolute />.
    </Banner>
  );
}

function Banner(props: {
  readonly children: ReactNode;
  readonly action?: ReactNode;
  readonly isBad?: boolean;
}) {
  const look = props.isBad ? "bg-bad-tint text-bad" : "bg-warn-tint text-warn";
  return (
    <div
      className={`mb-4 flex min-h-10 flex-wrap items-center gap-x-3 gap-y-2 rounded-control px-3 py-1.5 text-table ${look}`}
    >
      <StatusGlyph name="warning" />
      <span className="min-w-48 flex-1">{props.children}</span>
      {props.action}
    </div>
  );
}
