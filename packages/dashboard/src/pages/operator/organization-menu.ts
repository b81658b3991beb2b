import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { switchOrganization } from "../../session.ts";
import type { MenuEntry } from "../../ui/menu-entry.ts";
import { toast, toastRefusal } from "../../ui/toast.tsx";
import { resumeOrganization, useOperatorChange, type Organization } from "./calls.ts";
import { strings } from "./strings.ts";

/** What somebody is about to do with an organization. */
export interface OrganizationTask {
  readonly what: "portal" | "suspend" | "delete";
  readonly organization: Organization;
}

/** Everything that can be done with an organization; what needs a dialog goes to `onTask`. */
export function useOrganizationMenu(onTask: (task: OrganizationTask) => void) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const resume = useOperatorChange("organizations", resumeOrganization);
  const enter = async (id: string) => {
    await switchOrganization(client, id);
    await navigate({ to: "/settings/integrations/webhooks" });
  };
  const entries = (organization: Organization): readonly MenuEntry[] => [
    { label: strings.enter, onSelect: () => void enter(organization.id).catch(toastRefusal) },
    { label: strings.portal, onSelect: () => onTask({ what: "portal", organization }) },
    organization.suspendedAt === null
      ? { label: strings.suspend, onSelect: () => onTask({ what: "suspend", organization }) }
      : {
          label: strings.resume,
          onSelect: () =>
            resume.mutate(organization.id, {
              onSuccess: () => toast({ text: strings.resumed }),
              onError: toastRefusal,
            }),
        },
    "separator",
    {
      label: strings.remove,
      isDanger: true,
      onSelect: () => onTask({ what: "delete", organization }),
    },
  ];
  return { entries, enter };
}
