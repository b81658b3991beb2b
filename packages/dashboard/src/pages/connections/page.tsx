import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Lock } from "lucide-react";
import type { ReactNode } from "react";
import type { ApiKey, Webhook } from "@posthorn/sdk";
import { read, type Page as ListPage } from "../../api.ts";
import { Notice } from "../../frame/notice.tsx";
import { gateOf, useLabel, useMe } from "../../session.ts";
import { Icon } from "../../ui/icons.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { NativeConnectors } from "./native-connectors.tsx";
import { strings } from "./strings.ts";

/** One look at everything that is connected; the front door to the developer tools. */
export function Page() {
  const me = useMe();
  const gate = gateOf(me, "hub");
  return (
    <>
      <PageHeader title={useLabel("hub", strings.title)} text={strings.text} />
      {!gate.allowed && <Notice gate={gate} area="hub" isInline />}
      <div className="flex flex-col gap-10">
        <NativeConnectors isOpen={gate.allowed} />
        <section aria-labelledby="tools">
          <h2 id="tools" className="pb-3 text-body font-semibold">
            {strings.tools}
          </h2>
          <ul className="grid gap-3 desk:grid-cols-2 lg:grid-cols-3">
            <KeysCard />
            <WebhooksCard />
            <Card title={strings.docs} text={strings.docsText} to="/docs" />
          </ul>
        </section>
      </div>
    </>
  );
}

const MOST = 100;

function KeysCard() {
  const gate = gateOf(useMe(), "keys");
  const title = useLabel("keysLong", useLabel("keys", strings.keys));
  const { data } = useQuery({
    queryKey: ["keys", "active"],
    queryFn: ({ signal }) =>
      read<ListPage<ApiKey>>("/api/keys", { status: "active", limit: MOST }, signal),
    enabled: gate.allowed,
  });
  if (gate.notice === "admin") {
    return (
      <Card
        title={title}
        text={strings.adminsOnly}
        more={
          <span className="flex items-center gap-1.5 text-label text-muted">
            <Icon of={Lock} />
            {strings.admins}
          </span>
        }
      />
    );
  }
  const text = data ? strings.keysText(data.data.length) : "";
  return gate.allowed ? (
    <Card title={title} text={text} to="/settings/integrations/api" />
  ) : (
    <Card title={title} text={text} />
  );
}

function WebhooksCard() {
  const gate = gateOf(useMe(), "webhooks");
  const title = useLabel("webhooks", strings.webhooks);
  const { data } = useQuery({
    queryKey: ["webhooks", "all"],
    queryFn: ({ signal }) => read<ListPage<Webhook>>("/api/webhooks", { limit: MOST }, signal),
    enabled: gate.allowed,
  });
  const failing = data?.data.filter(({ status }) => status === "failing").length ?? 0;
  const text = data ? strings.webhooksText(data.data.length) : "";
  if (!gate.allowed) return <Card title={title} text={text} />;
  return (
    <Card
      title={title}
      text={text}
      to="/settings/integrations/webhooks"
      more={
        failing > 0 && (
          <span className="text-label font-medium text-bad">{strings.failing(failing)}</span>
        )
      }
    />
  );
}

/** Without `to` it leads nowhere, and says why. */
function Card(props: {
  readonly title: string;
  readonly text: string;
  readonly to?: string;
  readonly more?: ReactNode;
}) {
  const inner = (
    <>
      <span className="block text-table font-medium">{props.title}</span>
      <span className="block text-table text-secondary">{props.text}</span>
      {props.more && <span className="block pt-1.5">{props.more}</span>}
    </>
  );
  const look = "block h-full rounded-dialog border border-hairline bg-surface p-4";
  return (
    <li>
      {props.to === undefined ? (
        <div className={look}>{inner}</div>
      ) : (
        <Link to={props.to} className={`${look} hover:bg-sunken`}>
          {inner}
        </Link>
      )}
    </li>
  );
}
