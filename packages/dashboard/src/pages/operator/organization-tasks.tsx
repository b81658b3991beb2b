import { DeleteOrganization, SuspendOrganization } from "./end-dialogs.tsx";
import type { OrganizationTask } from "./organization-menu.ts";
import { PortalLinkDialog } from "./portal-link-dialog.tsx";

/** The one dialog that is open. */
export function OrganizationTasks(props: {
  readonly task: OrganizationTask | null;
  readonly onClose: () => void;
  readonly onDeleted?: () => void;
}) {
  const { task, onClose, onDeleted } = props;
  if (!task) return null;
  const { organization } = task;
  if (task.what === "portal") {
    return <PortalLinkDialog organization={organization} onClose={onClose} />;
  }
  if (task.what === "suspend") {
    return <SuspendOrganization organization={organization} onClose={onClose} />;
  }
  return (
    <DeleteOrganization
      organization={organization}
      onClose={onClose}
      {...(onDeleted ? { onDeleted } : {})}
    />
  );
}
