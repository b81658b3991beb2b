import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { switchOrganization } from "../../session.ts";
import { Button } from "../../ui/button.tsx";
import { DataTable, type Column } from "../../ui/data-table.tsx";
import type { MenuEntry } from "../../ui/menu.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { EmptyState, ErrorState } from "../../ui/panel-state.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { Time } from "../../ui/time.tsx";
import { toast } from "../../ui/toast.tsx";
import {
  resumeOrganization,
  useOperatorChange,
  useOrganizations,
  type Organization,
} from "./calls.ts";
import { DeleteOrganization, SuspendOrganization } from "./end-dialogs.tsx";
import { NewOrganizationDialog } from "./new-organization-dialog.tsx";
import { PortalLinkDialog } from "./portal-link-dialog.tsx";
import { strings } from "./strings.ts";

type Task =
  | { readonly what: "create" }
  | { readonly what: "portal" | "suspend" | "delete"; readonly organization: Organization };

/** All organizations: make, look at, suspend, delete, and the portal as their people see it. */
export function Page() {
  const organizations = useOrganizations();
  const [task, setTask] = useState<Task | null>(null);
  const menu = useRowMenu(setTask);
  return (
    <>
      <PageHeader
        title={strings.organizations}
        text={strings.organizationsText}
        actions={
          <Button look="primary" onClick={() => setTask({ what: "create" })}>
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
          menu={menu}
          paging={organizations.paging}
          empty={<EmptyState title={strings.empty} />}
        />
      )}
      <TaskDialog task={task} onClose={() => setTask(null)} />
    </>
  );
}

function TaskDialog(props: { readonly task: Task | null; readonly onClose: () => void }) {
  const { task, onClose } = props;
  if (!task) return null;
  if (task.what === "create") return <NewOrganizationDialog onClose={onClose} />;
  const { organization } = task;
  if (task.what === "portal") {
    return <PortalLinkDialog organization={organization} onClose={onClose} />;
  }
  if (task.what === "suspend") {
    return <SuspendOrganization organization={organization} onClose={onClose} />;
  }
  return <DeleteOrganization organization={organization} onClose={onClose} />;
}

function useRowMenu(onTask: (task: Task) => void) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const resume = useOperatorChange("organizations", resumeOrganization);
  const enter = async (id: string) => {
    await switchOrganization(client, id);
    await navigate({ to: "/settings/integrations/webhooks" });
  };
  return (organization: Organization): readonly MenuEntry[] => [
    { label: strings.enter, onSelect: () => void enter(organization.id) },
    { label: strings.portal, onSelect: () => onTask({ what: "portal", organization }) },
    organization.suspendedAt === null
      ? { label: strings.suspend, onSelect: () => onTask({ what: "suspend", organization }) }
      : {
          label: strings.resume,
          onSelect: () =>
            resume.mutate(organization.id, {
              onSuccess: () => toast({ text: strings.resumed }),
            }),
        },
    "separator",
    {
      label: strings.remove,
      isDanger: true,
      onSelect: () => onTask({ what: "delete", organization }),
    },
  ];
}

const COLUMNS: readonly Column<Organization>[] = [
  {
    key: "name",
    title: strings.name,
    cell: ({ name }) => <span className="font-medium">{name}</span>,
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
