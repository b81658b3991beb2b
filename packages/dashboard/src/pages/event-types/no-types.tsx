import { useMe } from "../../session.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { CodeTabs, type CodeSample } from "../../ui/code-tabs.tsx";
import { NewEndpointButton } from "../webhook/new-endpoint-button.tsx";
import { strings } from "./strings.ts";

/** An own catalogue without a type: what that means, who changes it, and the first event that can be sent meanwhile. */
export function NoTypes({ isOpen }: { readonly isOpen: boolean }) {
  const { user, kind, organization } = useMe();
  const isOperator = user.isOperator && kind === "browser";
  const profile = new URLSearchParams({ profile: organization?.profile ?? "" });
  return (
    <section data-state="empty" aria-labelledby="no-types" className="min-w-0 max-w-2xl">
      <h2 id="no-types" className="text-[16px] font-semibold leading-6">
        {strings.empty}
      </h2>
      <p className="pt-1 text-body text-secondary">
        {isOperator ? strings.emptyOperator : strings.emptyText} {isOpen && strings.emptyOpen}
      </p>
      <div className="flex flex-wrap gap-2 pt-3">
        {isOperator && (
          <ButtonLink to={`/operator/catalogue?${profile}`}>{strings.addTypes}</ButtonLink>
        )}
        <NewEndpointButton isPrimary={false} />
        <ButtonLink to="/settings/integrations/inbox">{strings.useInbox}</ButtonLink>
      </div>
      {isOpen && (
        <div className="pt-5">
          <p className="pb-2 text-label font-medium">{strings.publishFirst}</p>
          <CodeTabs samples={samplesOf(window.location.origin)} />
          <p className="pt-2 text-label text-muted">{strings.publishKey}</p>
        </div>
      )}
    </section>
  );
}

function samplesOf(url: string): readonly CodeSample[] {
  const data = '{ orderId: "o_1001", total: 4200 }';
  const json = '{"orderId":"o_1001","total":4200}';
  return [
    {
      title: "curl",
      language: "shell",
      code: [
        `curl ${url}/api/events \\`,
        '  -H "Authorization: Bearer $POSTHORN_API_KEY" \\',
        "  -H 'Content-Type: application/json' \\",
        `  -d '{"type":"order.created","data":${json}}'`,
      ].join("\n"),
    },
    {
      title: "Node",
      language: "typescript",
      code: [
        'import { createAdminClient } from "@posthorn/sdk";',
        "",
        "const client = createAdminClient({",
        `  url: "${url}",`,
        "  apiKey: process.env.POSTHORN_API_KEY,",
        "});",
        `await client.events.publish({ type: "order.created", data: ${data} });`,
      ].join("\n"),
    },
    {
      title: "CLI",
      language: "shell",
      code: `posthorn events publish order.created --url ${url} --data '${json}'`,
    },
  ];
}
