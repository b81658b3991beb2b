import { ChevronsUpDown } from "lucide-react";
import { lazy } from "react";
import { useMe } from "../session.ts";
import { Icon } from "../ui/icons.tsx";
import { MenuAnchor } from "../ui/menu-anchor.tsx";
import { strings } from "./strings.ts";

const Organizations = lazy(() =>
  import("./organizations.tsx").then((it) => ({ default: it.Organizations })),
);

export function OrganizationSwitcher() {
  const { organization } = useMe();
  return (
    <MenuAnchor
      align="start"
      popupClassName="w-64"
      className="flex h-11 w-full items-center justify-between gap-2 rounded-control px-2 text-left text-table font-semibold hover:bg-sunken desk:h-9"
      face={
        <>
          <span className="min-w-0 truncate">{organization?.name ?? strings.noOrganization}</span>
          <span className="text-muted">
            <Icon of={ChevronsUpDown} />
          </span>
          <span className="sr-only">{strings.switchOrganization}</span>
        </>
      }
    >
      <Organizations />
    </MenuAnchor>
  );
}
