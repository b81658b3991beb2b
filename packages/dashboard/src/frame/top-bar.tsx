import { Link, useLocation } from "@tanstack/react-router";
import { Menu as MenuIcon, Search } from "lucide-react";
import { Fragment } from "react";
import { useMe } from "../session.ts";
import { IconButton } from "../ui/button.tsx";
import { Icon } from "../ui/icons.tsx";
import { Bell } from "./bell.tsx";
import { openDialog } from "./dialog-state.ts";
import { trailOf } from "./pages.ts";
import { titleOf } from "./sidebar.tsx";
import { strings } from "./strings.ts";
import { UserMenu } from "./user-menu.tsx";

export function TopBar({ onMenu }: { readonly onMenu: () => void }) {
  return (
    <header className="sticky top-0 z-20 flex h-12 items-center gap-2 border-b border-hairline bg-page px-4 desk:px-6">
      <span className="-ml-2 desk:hidden">
        <IconButton label={strings.menu} onClick={onMenu}>
          <Icon of={MenuIcon} />
        </IconButton>
      </span>
      <Breadcrumbs />
      <PaletteButton />
      <Bell />
      <UserMenu />
    </header>
  );
}

export function Breadcrumbs() {
  const { pathname } = useLocation();
  const me = useMe();
  // The overview of operators is the first of their pages, and above none of the others.
  const trail = trailOf(pathname).filter(({ to }) => to !== "/operator" || to === pathname);
  const isOperator = trail[0]?.row.area === "operator";
  // On phones there is room for two of them.
  const isFar = (index: number) => index < trail.length - 2;
  const section = isOperator ? strings.operator : (me.labels["section"] ?? "Integrations");
  const first =
    pathname.startsWith("/settings/integrations") || isOperator ? section : strings.settings;
  return (
    <nav aria-label={strings.breadcrumbs} className="min-w-0 flex-1 text-table text-muted">
      <ol className="flex items-center gap-1.5 overflow-hidden whitespace-nowrap">
        <li className="max-desk:hidden">{first}</li>
        {trail.map(({ to, row }, index) => (
          <Fragment key={to}>
            <li aria-hidden className={index === 0 || isFar(index - 1) ? "max-desk:hidden" : ""}>
              {"/"}
            </li>
            <li className={`truncate ${isFar(index) ? "max-desk:hidden" : ""}`}>
              {index === trail.length - 1 ? (
                <span className="text-text">{titleOf(row, me)}</span>
              ) : (
                <Link to={to} className="rounded-[3px] hover:text-text hover:underline">
                  {titleOf(row, me)}
                </Link>
              )}
            </li>
          </Fragment>
        ))}
      </ol>
    </nav>
  );
}

const isMac = /mac|iphone|ipad/i.test(navigator.platform);

function PaletteButton() {
  return (
    <button
      type="button"
      onClick={() => openDialog("palette")}
      className="flex h-11 items-center gap-2 rounded-control px-2 text-table text-muted hover:bg-sunken desk:h-8 desk:border desk:border-hairline desk:bg-surface"
    >
      <Icon of={Search} />
      <span className="max-desk:sr-only">{strings.palette}</span>
      <kbd className="text-[11px] max-desk:hidden">{isMac ? "⌘K" : "Ctrl K"}</kbd>
    </button>
  );
}
