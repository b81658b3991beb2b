import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { toast } from "../../ui/toast.tsx";
import {
  deleteOrganization,
  suspendOrganization,
  useOperatorChange,
  type Organization,
} from "./calls.ts";
import { strings } from "./strings.ts";

interface EndProps {
  readonly organization: Organization;
  readonly onClose: () => void;
}

export function SuspendOrganization({ organization, onClose }: EndProps) {
  const suspend = useOperatorChange("organizations", suspendOrganization);
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={strings.suspendTitle(organization.name)}
      action={strings.suspend}
      onConfirm={async () => {
        await suspend.mutateAsync(organization.id);
        toast({ text: strings.suspended });
      }}
    >
      {strings.suspendText}
    </ConfirmDialog>
  );
}

export function DeleteOrganization(props: EndProps & { readonly onDeleted?: () => void }) {
  const { organization, onClose, onDeleted } = props;
  const remove = useOperatorChange("organizations", deleteOrganization);
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={strings.removeTitle(organization.name)}
      action={strings.removeAction}
      typed={organization.name}
      onConfirm={async () => {
        await remove.mutateAsync(organization);
        toast({ text: strings.removed });
        onDeleted?.();
      }}
    >
      {strings.removeText}
    </ConfirmDialog>
  );
}
