import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { DataTable, type Column } from "../../ui/data-table.tsx";
import { RowLink } from "../../ui/data-table-parts.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { EmptyState, ErrorState } from "../../ui/panel-state.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { Time } from "../../ui/time.tsx";
import { useOrganizations, type Organization } from "./calls.ts";
import { useOrganizationMenu, type OrganizationTask } from "./organization-menu.ts";
import { strings } from "./strings.ts";

const Tasks = lazyPart(() => import("./organization-tasks.tsx").then((it) => it.OrganizationTasks));
const NewOrganization = lazyPart(() =>
  import("./new-organization-dialog.tsx").then((it) => it.NewOrganizationDialog),
);

/** All organizations: make, look at, suspend, delete, and the portal as their people see it. */
export function Page() {
  const organizations = useOrganizations();
  const [task, setTask] = useState<OrganizationTask | null>(null);
  const [isMaking, setMaking] = useState(false);
  const { entries } = useOrganizationMenu(setTask);
  return (
    <>
      <PageHeader
        title={strings.organizations}
        text={strings.organizationsText}
        actions={
          <Button look="primary" onClick={() => setMaking(true)}>
            {strings.create}
          </Button>
        }
      />
      {organizations.error && (
        <ErrorState error={organizations.error} onRetry={organizations.retry} />
      )}
      {(organizations.rows !== undefined || !organizations.error) && (
        <DataTable<Organization>
          caption={strings.organizations}
          rows={organizations.rows}
          rowId={({ id }) => id}
          rowName={({ name }) => name}
          columns={COLUMNS}
          card={card}
          href={organizationPath}
          menu={entries}
          paging={organizations.paging}
          empty={<EmptyState title={strings.empty} />}
        />
      )}
      <Tasks task={task} onClose={() => setTask(null)} />
      {isMaking && <NewOrganization onClose={() => setMaking(false)} />}
    </>
  );
}

export function organizationPath({ id }: Organization): string {
  return `/operator/organizations/${id}`;
}

const COLUMNS: readonly Column<Organization>[] = [
  {
    key: "name",
    title: strings.name,
    cell: (organization) => (
      <RowLink to={organizationPath(organization)}>{organization.name}</RowLink>
    ),
  },
  {
    key: "profile",
    title: strings.profile,
    width: "w-44",
    cell: ({ profile }) => <span className="text-secondary">{profile}</span>,
  },
  {
    key: "plan",
    title: strings.plan,
    width: "w-32",
    cell: ({ plan }) => <span className="text-secondary">{plan ?? strings.noPlan}</span>,
  },
  {
    key: "status",
    title: strings.status,
    width: "w-32",
    cell: (organization) => <State organization={organization} />,
  },
  {
    key: "created",
    title: strings.created,
    width: "w-32",
    from: "md",
    cell: ({ createdAt }) => (
      <span className="text-secondary">
        <Time at={createdAt} />
      </span>
    ),
  },
];

function State({ organization }: { readonly organization: Organization }) {
  const isSuspended = organization.suspendedAt !== null;
  return (
    <StatusBadge
      status={isSuspended ? "paused" : "active"}
      text={isSuspended ? "suspended" : "active"}
    />
  );
}

function card(organization: Organization) {
  return {
    title: organization.name,
    meta: (
      <>
        <State organization={organization} />
        <span>{organization.profile}</span>
        <span>{organization.plan ?? strings.noPlan}</span>
      </>
    ),
  };
}
