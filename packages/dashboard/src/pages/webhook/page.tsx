import { useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import { ApiError } from "../../api.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { EmptyState, ErrorState } from "../../ui/panel-state.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { useSingleKeys } from "../../ui/single-keys.ts";
import { Tabs } from "../../ui/tabs.tsx";
import { useUrlState } from "../../url-state.ts";
import { useEndpointRules, useWebhook, type EndpointRules, type Webhook } from "./calls.ts";
import { strings } from "./strings.ts";
import { WebhookBanners } from "./webhook-banners.tsx";
import { WebhookHeader } from "./webhook-header.tsx";

const waiting = <SkeletonLines lines={6} />;
const loadOverview = () => import("./overview-tab.tsx");
const CodeTab = lazyPart(() => import("./code-tab.tsx").then((it) => it.CodeTab), waiting);
const DeliveriesTable = lazyPart(
  () => import("../deliveries/deliveries-table.tsx").then((it) => it.DeliveriesTable),
  waiting,
);
const OverviewTab = lazyPart(() => loadOverview().then((it) => it.OverviewTab), waiting);
const SettingsTab = lazyPart(
  () => import("./settings-tab.tsx").then((it) => it.SettingsTab),
  waiting,
);

/** One webhook: how it is, what it got, what it is set to, and the code for its receiver. */
export function Page() {
  // Proof: the route of this page has this parameter.
  const { webhookId } = useParams({ strict: false }) as { webhookId: string };
  const webhook = useWebhook(webhookId);
  const rules = useEndpointRules();
  // What most come for is on its way while the webhook is being read.
  useEffect(() => void loadOverview(), []);
  if (webhook.error instanceof ApiError && webhook.error.status === 404) {
    return (
      <EmptyState
        title={strings.goneTitle}
        text={strings.goneText}
        actions={<ButtonLink to="/settings/integrations/webhooks">{strings.backToList}</ButtonLink>}
      />
    );
  }
  if (webhook.error && !webhook.data) {
    return <ErrorState error={webhook.error} onRetry={() => void webhook.refetch()} />;
  }
  if (!webhook.data || !rules) return <SkeletonLines />;
  return <Loaded key={webhook.data.id} webhook={webhook.data} rules={rules} />;
}

const TABS = (["overview", "deliveries", "settings", "code"] as const).map((value) => ({
  value,
  title: strings.tabs[value],
}));

function Loaded(props: { readonly webhook: Webhook; readonly rules: EndpointRules }) {
  const { webhook } = props;
  const [state, change] = useUrlState();
  useSingleKeys({ e: () => change({ ...CLEARED, tab: "settings" }) });
  const tab = TABS.find(({ value }) => value === state["tab"])?.value ?? "overview";
  return (
    <>
      <WebhookHeader {...props} />
      <WebhookBanners {...props} />
      <Tabs
        label={strings.tabList}
        tabs={TABS}
        value={tab}
        onChange={(next) => change({ ...CLEARED, tab: next === "overview" ? undefined : next })}
      >
        <div className="pt-5">
          {tab === "overview" && <OverviewTab {...props} />}
          {tab === "deliveries" && (
            <DeliveriesTable
              endpointId={webhook.id}
              empty={<EmptyState title={strings.noDeliveries} />}
            />
          )}
          {tab === "settings" && <SettingsTab {...props} />}
          {tab === "code" && <CodeTab webhook={webhook} />}
        </div>
      </Tabs>
    </>
  );
}

/** The filters of one tab mean nothing on another. */
const CLEARED = {
  q: undefined,
  status: undefined,
  type: undefined,
  response: undefined,
  since: undefined,
  from: undefined,
  to: undefined,
  open: undefined,
  isTest: undefined,
};
