import { useState } from "react";
import { useSecretChange } from "../../secret-change.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field, Select, TextInput } from "../../ui/field.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { words } from "../../ui/words.ts";
import { mintPortalLink, type Organization, type PortalSession } from "./calls.ts";
import { strings } from "./strings.ts";

/** What the operator's own backend asks for by API: a link into the portal, as somebody with a role. */
export function PortalLinkDialog(props: {
  readonly organization: Organization;
  readonly onClose: () => void;
}) {
  const { organization, onClose } = props;
  const [role, setRole] = useState("admin");
  const [name, setName] = useState<string>(strings.personName);
  const [made, setMade] = useState<PortalSession | null>(null);
  const mint = useSecretChange("portal-sessions", mintPortalLink);
  return (
    <Dialog
      title={strings.portalTitle(organization.name)}
      description={strings.portalText}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{words.close}</Button>
          <Button
            look="primary"
            isBusy={mint.isPending}
            onClick={() =>
              mint.send(
                {
                  organizationId: organization.id,
                  user: { id: `preview-${role}`, name, role },
                },
                setMade,
              )
            }
          >
            {strings.mint}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Field label={strings.role}>
          <Select value={role} onChange={setRole} choices={strings.roles} />
        </Field>
        <Field label={strings.person}>
          <TextInput value={name} onChange={setName} />
        </Field>
        {mint.error !== null && <ErrorState error={mint.error} />}
        {made && (
          <div role="status" className="flex flex-col gap-3">
            <div className="flex items-center gap-1 rounded-control bg-sunken px-2.5 py-1">
              <code className="min-w-0 flex-1 truncate text-code">{made.url}</code>
              <CopyButton text={made.url} name={strings.linkName} />
            </div>
            <div>
              <ButtonLink to={made.url}>{strings.openLink}</ButtonLink>
            </div>
          </div>
        )}
      </div>
    </Dialog>
  );
}
