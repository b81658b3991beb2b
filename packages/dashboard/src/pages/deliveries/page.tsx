import { ButtonLink } from "../../ui/button.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { EmptyState } from "../../ui/panel-state.tsx";
import { DeliveriesTable } from "./deliveries-table.tsx";
import { strings } from "./strings.ts";

/** All deliveries of the organization. */
export function Page() {
  return (
    <>
      <PageHeader
        title={strings.title}
        text={strings.text}
        actions={<ButtonLink to="/settings/integrations/jobs">{strings.jobs}</ButtonLink>}
      />
      <DeliveriesTable
        empty={
          <EmptyState
            title={strings.empty}
            text={strings.emptyText}
            actions={
              <ButtonLink to="/settings/integrations/webhooks">{strings.toWebhooks}</ButtonLink>
            }
          />
        }
      />
    </>
  );
}
