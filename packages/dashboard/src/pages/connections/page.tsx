import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Lock } from "lucide-react";
import type { ReactNode } from "react";
import type { Summary } from "@posthorn/sdk";
import { read } from "../../api.ts";
import { Notice } from "../../frame/notice.tsx";
import { gateOf, useLabel, useMe } from "../../session.ts";
import { Icon } from "../../ui/icons.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Time } from "../../ui/time.tsx";
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

/** What both cards say, in one request; refreshed by what happens to keys and webhooks. */
function useSummary() {
  const isOpen = gateOf(useMe(), "hub").allowed;
  return useQuery({
    queryKey: ["webhooks", "summary"],
    queryFn: ({ signal }) => read<Summary>("/api/summary", undefined, signal),
    enabled: isOpen,
  }).data;
}

function KeysCard() {
  const gate = gateOf(useMe(), "keys");
  const title = useLabel("keysLong", useLabel("keys", strings.keys));
  const keys = useSummary()?.keys;
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
  const text = keys ? strings.keysText(keys.active) : "";
  if (!gate.allowed) return <Card title={title} text={text} />;
  const isExpiring = keys !== undefined && keys !== null && keys.expiring > 0;
  return (
    <Card
      title={title}
      text={text}
      to="/settings/integrations/api"
      more={
        isExpiring && (
          <span className="text-label font-medium text-warn">
            {strings.expiring(keys.expiring)} <Time at={keys.nextExpiresAt} />
          </span>
        )
      }
    />
  );
}

function WebhooksCard() {
  const gate = gateOf(useMe(), "webhooks");
  const title = useLabel("webhooks", strings.webhooks);
  const webhooks = useSummary()?.webhooks;
  const text = webhooks ? strings.webhooksText(webhooks.count) : "";
  if (!gate.allowed) return <Card title={title} text={text} />;
  const trouble = webhooks ? troubleOf(webhooks) : "";
  return (
    <Card
      title={title}
      text={text}
      to="/settings/integrations/webhooks"
      more={trouble !== "" && <span className="text-label font-medium text-bad">{trouble}</span>}
    />
  );
}

function troubleOf({ failing, disabled, waiting }: NonNullable<Summary["webhooks"]>): string {
  return [
    failing > 0 ? strings.failing(failing) : "",
    disabled > 0 ? strings.disabled(disabled) : "",
    failing > 0 && waiting > 0 ? strings.waiting(waiting.toLocaleString()) : "",
  ]
    .filter((part) => part !== "")
    .join(" · ");
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
