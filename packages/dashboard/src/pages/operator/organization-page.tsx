import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { ApiError } from "../../api.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { StatusGlyph } from "../../ui/icons.tsx";
import { Id } from "../../ui/id.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { ActionMenu } from "../../ui/menu.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { EmptyState, ErrorState } from "../../ui/panel-state.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { Time } from "../../ui/time.tsx";
import { Facts } from "./facts.tsx";
import {
  useOrganization,
  useOrganizationLimits,
  useProfile,
  type Organization,
} from "./organization-calls.ts";
import { OrganizationForm } from "./organization-form.tsx";
import { strings } from "./organization-strings.ts";
import { Resources } from "./resources-form.tsx";
import { useOrganizationMenu, type OrganizationTask } from "./organization-menu.ts";
import { strings as list } from "./strings.ts";

const Tasks = lazyPart(() => import("./organization-tasks.tsx").then((it) => it.OrganizationTasks));

const LIST = "/operator/organizations";

export function Page() {
  // Proof: the route of this page has this parameter.
  const { organizationId } = useParams({ strict: false }) as { organizationId: string };
  const organization = useOrganization(organizationId);
  if (organization.error instanceof ApiError && organization.error.status === 404) {
    return (
      <EmptyState
        title={strings.goneTitle}
        actions={<ButtonLink to={LIST}>{strings.all}</ButtonLink>}
      />
    );
  }
  if (organization.error && !organization.data) {
    return <ErrorState error={organization.error} onRetry={() => void organization.refetch()} />;
  }
  if (!organization.data) return <SkeletonLines />;
  return <Loaded key={organization.data.id} organization={organization.data} />;
}

/** What an organization is set to, how much it uses, and everything that can be done with it. */
function Loaded({ organization }: { readonly organization: Organization }) {
  const navigate = useNavigate();
  const [task, setTask] = useState<OrganizationTask | null>(null);
  const { entries, enter } = useOrganizationMenu(setTask);
  const profile = useProfile(organization.profile);
  const limits = useOrganizationLimits(organization.id);
  return (
    <>
      <PageHeader
        title={organization.name}
        actions={
          <>
            <Button look="primary" onClick={() => void enter(organization.id)}>
              {list.enter}
            </Button>
            <ActionMenu label={list.moreActions} entries={entries(organization)} />
          </>
        }
      />
      {organization.suspendedAt !== null && (
        <p className="mb-4 flex items-center gap-3 rounded-control bg-warn-tint px-3 py-2 text-table text-warn">
          <StatusGlyph name="pause" />
          {strings.suspended}
        </p>
      )}
      <div className="grid gap-10 lg:grid-cols-[minmax(0,560px)_minmax(0,1fr)]">
        <OrganizationForm organization={organization} profile={profile.data} limits={limits.data} />
        <div className="flex flex-col gap-10">
          <section aria-labelledby="facts">
            <h2 id="facts" className="pb-1 text-body font-semibold">
              {strings.facts}
            </h2>
            <Facts
              label={strings.facts}
              rows={[
                [strings.id, <Id key="id" id={organization.id} />],
                [strings.profile, profile.data?.title ?? organization.profile],
                [strings.created, <Time key="created" at={organization.createdAt} />],
                [strings.changed, <Time key="changed" at={organization.updatedAt} />],
              ]}
            />
          </section>
          <Resources organizationId={organization.id} />
        </div>
      </div>
      <Tasks
        task={task}
        onClose={() => setTask(null)}
        onDeleted={() => void navigate({ to: LIST })}
      />
    </>
  );
}
