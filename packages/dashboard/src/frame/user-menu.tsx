import { lazy } from "react";
import { useMe } from "../session.ts";
import { MenuAnchor } from "../ui/menu-anchor.tsx";
import { strings } from "./strings.ts";

const Items = lazy(() =>
  import("./user-menu-items.tsx").then((it) => ({ default: it.UserMenuItems })),
);

export function UserMenu() {
  const { user } = useMe();
  return (
    <MenuAnchor
      label={strings.account(user.name)}
      popupClassName="w-60"
      className="flex size-11 items-center justify-center rounded-full desk:size-8"
      face={
        <span className="flex size-7 items-center justify-center rounded-full border border-hairline bg-sunken text-[11px] font-semibold text-secondary">
          {initials(user.name)}
        </span>
      }
    >
      <Items />
    </MenuAnchor>
  );
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  return words
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join("");
}
