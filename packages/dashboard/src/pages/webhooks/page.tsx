import type { Webhook } from "@posthorn/sdk";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useLabel } from "../../session.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { FilterBar } from "../../ui/filter-bar.tsx";
import { EmptyState, ErrorState } from "../../ui/panel-state.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { words } from "../../ui/words.ts";
import { useUrlState } from "../../url-state.ts";
import { NewEndpointButton } from "../webhook/new-endpoint-button.tsx";
import { WebhooksBulkBar } from "./bulk-actions.tsx";
import { useEndpointLines, useWebhooks } from "./calls.ts";
import { webhookCard, webhookColumns } from "./columns.tsx";
import { nameOf, settingsPath } from "./endpoint-text.ts";
import { FailingBanner } from "./failing-banner.tsx";
import { webhookFilters } from "./filters.ts";
import { RowActions, useRowMenu } from "./row-actions.tsx";
import { strings } from "./strings.ts";

/** The list of endpoints: filters in the URL, the table, what can be done with one row or with several. */
export function Page() {
  const title = useLabel("webhooks", strings.title);
  const [state, change] = useUrlState();
  const navigate = useNavigate();
  const webhooks = useWebhooks(state);
  const lines = useEndpointLines();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const { menu, asked, close } = useRowMenu();
  const rows = webhooks.rows ?? [];
  const isFiltered = ["q", "status", "event"].some((name) => state[name]);
  return (
    <>
      <PageHeader title={title} text={strings.text} actions={<NewEndpointButton />} />
      <FailingBanner />
      <div className="pb-3">
        {selected.size > 0 ? (
          <WebhooksBulkBar rows={rows} selected={selected} onChange={setSelected} />
        ) : (
          <FilterBar
            state={state}
            onChange={change}
            search={strings.search}
            filters={webhookFilters(rows)}
          />
        )}
      </div>
      {webhooks.error && (
        <ErrorState
          error={webhooks.error}
          onRetry={webhooks.retry}
          updatedAt={webhooks.updatedAt}
        />
      )}
      {(webhooks.rows !== undefined || !webhooks.error) && (
        <DataTable<Webhook>
          caption={title}
          rows={webhooks.rows}
          rowId={({ id }) => id}
          rowName={nameOf}
          href={({ id }) => `/settings/integrations/webhooks/${id}`}
          columns={webhookColumns(lines)}
          card={webhookCard}
          menu={menu}
          keys={{ e: ({ id }) => void navigate({ to: settingsPath(id) }) }}
          selection={{ ids: selected, onChange: setSelected }}
          sorting={{ sort: state["sort"] ?? "-createdAt", onSort: (sort) => change({ sort }) }}
          paging={webhooks.paging}
          empty={isFiltered ? <NoMatch onClear={() => change(CLEARED)} /> : <NoWebhooks />}
        />
      )}
      <RowActions asked={asked} onClose={close} />
    </>
  );
}

const CLEARED = { q: undefined, status: undefined, event: undefined };

function NoMatch({ onClear }: { readonly onClear: () => void }) {
  return (
    <EmptyState
      title={strings.noMatch}
      actions={<Button onClick={onClear}>{words.clearFilters}</Button>}
    />
  );
}

function NoWebhooks() {
  return (
    <EmptyState
      title={strings.emptyTitle}
      text={strings.emptyText}
      actions={
        <>
          <NewEndpointButton isPrimary={false} />
          <ButtonLink to="/settings/integrations/inbox">{strings.useInbox}</ButtonLink>
        </>
      }
    />
  );
}
