import type { ReactNode } from "react";
import type { ApiKey, Delivery, Webhook } from "@posthorn/sdk";
import { useList, type List } from "../../paged.ts";
import { gateOf, useLabel, useMe } from "../../session.ts";
import { Notice } from "../../frame/notice.tsx";
import { ButtonLink } from "../../ui/button.tsx";
import { DataTable, type DataTableProps } from "../../ui/data-table.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { EmptyState, ErrorState } from "../../ui/panel-state.tsx";
import { deliveryCard, deliveryColumns, deliveryPath } from "../deliveries/columns.tsx";
import { useKeyRules, useKeys } from "../keys/calls.ts";
import { keyCard, keyColumns, keyPath } from "../keys/columns.tsx";
import { NewKeyButton } from "../keys/new-key-button.tsx";
import { NewEndpointButton } from "../webhook/new-endpoint-button.tsx";
import { useEndpointLines, useWebhooks } from "../webhooks/calls.ts";
import { webhookCard, webhookColumns } from "../webhooks/columns.tsx";
import { nameOf } from "../webhooks/endpoint-text.ts";
import { strings } from "./strings.ts";

/** Keys, webhooks and failures on one page; details are where they are everywhere. */
export function Page() {
  const me = useMe();
  const keys = gateOf(me, "keys");
  const webhooks = gateOf(me, "webhooks");
  return (
    <>
      <PageHeader title={useLabel("section", strings.title)} text={strings.text} />
      <div className="flex flex-col gap-12">
        {keys.allowed ? <Keys /> : <Notice gate={keys} area="keys" isInline />}
        {webhooks.allowed ? (
          <>
            <Webhooks />
            <Failed />
          </>
        ) : (
          <Notice gate={webhooks} area="webhooks" isInline />
        )}
        <p className="flex flex-wrap items-center gap-2 border-t border-hairline pt-4 text-table text-secondary">
          {strings.foot}
          <ButtonLink to="/settings/integrations/connections" look="quiet">
            {strings.toConnections}
          </ButtonLink>
        </p>
      </div>
    </>
  );
}

function Keys() {
  const rules = useKeyRules();
  return (
    <Panel<ApiKey>
      title={strings.keys}
      text={strings.keysText}
      action={<NewKeyButton />}
      all={<ButtonLink to="/settings/integrations/api">{strings.allKeys}</ButtonLink>}
      list={useKeys({})}
      table={{
        rowName: ({ name }) => name,
        href: ({ id }) => keyPath(id),
        columns: keyColumns(rules),
        card: keyCard,
        empty: <EmptyState title={strings.noKeys} />,
      }}
    />
  );
}

function Webhooks() {
  return (
    <Panel<Webhook>
      title={strings.webhooks}
      text={strings.webhooksText}
      action={<NewEndpointButton />}
      all={<ButtonLink to="/settings/integrations/webhooks">{strings.allWebhooks}</ButtonLink>}
      list={useWebhooks({})}
      table={{
        rowName: nameOf,
        href: ({ id }) => `/settings/integrations/webhooks/${id}`,
        columns: webhookColumns(useEndpointLines()),
        card: webhookCard,
        empty: <EmptyState title={strings.noWebhooks} />,
      }}
    />
  );
}

const FAILED_SHOWN = 20;

function Failed() {
  const list = useList<Delivery>({
    key: ["deliveries"],
    path: "/api/deliveries",
    query: { status: "failed", limit: FAILED_SHOWN },
  });
  return (
    <Panel<Delivery>
      title={strings.failed}
      text={strings.failedText}
      all={<ButtonLink to="/settings/integrations/deliveries">{strings.allDeliveries}</ButtonLink>}
      list={list}
      table={{
        rowName: ({ id }) => id,
        href: deliveryPath,
        columns: deliveryColumns(false),
        card: deliveryCard,
        empty: <EmptyState title={strings.noFailed} />,
      }}
    />
  );
}

function Panel<Row extends { readonly id: string }>(props: {
  readonly title: string;
  readonly text: string;
  readonly action?: ReactNode;
  readonly all: ReactNode;
  readonly list: List<Row>;
  readonly table: Omit<DataTableProps<Row>, "caption" | "rows" | "rowId">;
}) {
  const { title, list } = props;
  return (
    <section aria-label={title}>
      <div className="flex flex-wrap items-end justify-between gap-3 pb-3">
        <div>
          <h2 className="text-[16px] font-semibold leading-6">{title}</h2>
          <p className="text-table text-secondary">{props.text}</p>
        </div>
        <div className="flex flex-wrap gap-2">
          {props.all}
          {props.action}
        </div>
      </div>
      {list.error && <ErrorState error={list.error} onRetry={list.retry} />}
      {(list.rows !== undefined || !list.error) && (
        <DataTable<Row>
          {...props.table}
          caption={title}
          rows={list.rows}
          rowId={({ id }) => id}
          paging={list.paging}
        />
      )}
    </section>
  );
}
