import { useParams } from "@tanstack/react-router";
import { ApiError } from "../../api.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { EmptyState, ErrorState } from "../../ui/panel-state.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { useUrlState } from "../../url-state.ts";
import { DeliveriesTable } from "../deliveries/deliveries-table.tsx";
import { useEndpointRules, useWebhook, type EndpointRules, type Webhook } from "./calls.ts";
import { CodeTab } from "./code-tab.tsx";
import { OverviewTab } from "./overview-tab.tsx";
import { SettingsTab } from "./settings-tab.tsx";
import { strings } from "./strings.ts";
import { WebhookBanners } from "./webhook-banners.tsx";
import { WebhookHeader } from "./webhook-header.tsx";

/** One webhook: how it is, what it got, what it is set to, and the code for its receiver. */
export function Page() {
  // Proof: the route of this page has this parameter.
  const { webhookId } = useParams({ strict: false }) as { webhookId: string };
  const webhook = useWebhook(webhookId);
  const rules = useEndpointRules();
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
  const tab = TABS.find(({ value }) => value === state["tab"])?.value ?? "overview";
  return (
    <>
      <WebhookHeader {...props} />
      <WebhookBanners webhook={webhook} />
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
  isTest: undefined,
};
