import { Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { StatusGlyph } from "../../ui/icons.tsx";
import { Day, Time } from "../../ui/time.tsx";
import { toast } from "../../ui/toast.tsx";
import { useUrlState } from "../../url-state.ts";
import { useEventTypes } from "../event-types/calls.ts";
import {
  promoteSecret,
  useEndpointChange,
  useHeld,
  type EndpointRules,
  type Webhook,
} from "./calls.ts";
import { EndOverlapDialog, ExtendDialog, NewSecretDialog, ReleaseDialog } from "./dialogs.ts";
import { strings } from "./strings.ts";

interface BannersProps {
  readonly webhook: Webhook;
  readonly rules: EndpointRules;
}

/** What needs a person: held events, failures, a secret half-way rolled; each with its way on. */
export function WebhookBanners({ webhook, rules }: BannersProps) {
  return (
    <>
      <StateBanner webhook={webhook} />
      <SecretBanner webhook={webhook} rules={rules} />
      <DeprecatedNote webhook={webhook} />
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

/** Calm: everything is sent as before, and there is time to change what receives it. */
function DeprecatedNote({ webhook }: Pick<BannersProps, "webhook">) {
  const types = useEventTypes().data ?? [];
  const named = types.filter(
    ({ type, deprecated }) => deprecated !== null && webhook.events.includes(type),
  );
  return named.map(({ type, deprecated, deprecatedAt }) => (
    <p
      key={type}
      className="mb-4 rounded-control border border-hairline bg-sunken px-3 py-2 text-table text-secondary"
    >
      <Link
        to={`/settings/integrations/events?${new URLSearchParams({ type })}`}
        className="font-mono text-code text-text underline underline-offset-2"
      >
        {type}
      </Link>{" "}
      {deprecatedAt === null ? (
        strings.isDeprecated
      ) : (
        <>
          {strings.isDeprecatedSince} <Day at={deprecatedAt} />
        </>
      )}
      . {deprecated}
    </p>
  ));
}

type SecretTask = "switch" | "try" | "end" | "extend";

/** A roll that is half-way: what signs now, and every step that leads on. */
function SecretBanner({ webhook, rules }: BannersProps) {
  const [task, setTask] = useState<SecretTask | null>(null);
  const onClose = () => setTask(null);
  if (!webhook.hasNextSecret && webhook.previousSecretExpiresAt === null) return null;
  return (
    <>
      <Banner
        action={
          <span className="flex flex-wrap gap-2">
            <Button onClick={() => setTask("try")}>{strings.tryNew}</Button>
            {webhook.hasNextSecret ? (
              <Button onClick={() => setTask("switch")}>{strings.switchSecret}</Button>
            ) : (
              <>
                <Button onClick={() => setTask("end")}>{strings.endOverlap}</Button>
                <Button onClick={() => setTask("extend")}>{strings.extend}</Button>
              </>
            )}
          </span>
        }
      >
        {webhook.hasNextSecret ? (
          strings.stagedBanner
        ) : (
          <>
            {strings.overlapBanner} <Time at={webhook.previousSecretExpiresAt} absolute />.
          </>
        )}
      </Banner>
      {task === "switch" && <SwitchDialog webhook={webhook} onClose={onClose} />}
      {task === "try" && <NewSecretDialog webhook={webhook} onClose={onClose} />}
      {task === "end" && <EndOverlapDialog webhook={webhook} onClose={onClose} />}
      {task === "extend" && <ExtendDialog webhook={webhook} rules={rules} onClose={onClose} />}
    </>
  );
}

function SwitchDialog(props: { readonly webhook: Webhook; readonly onClose: () => void }) {
  const promote = useEndpointChange(promoteSecret);
  return (
    <ConfirmDialog
      isOpen
      onClose={props.onClose}
      title={strings.switchTitle}
      action={strings.switchSecret}
      isDanger={false}
      onConfirm={async () => {
        await promote.mutateAsync(props.webhook.id);
        toast({ text: strings.switched });
      }}
    >
      {strings.switchText}
    </ConfirmDialog>
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
