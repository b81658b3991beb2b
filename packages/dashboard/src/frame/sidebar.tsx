import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useMe, type Me } from "../session.ts";
import { Icon } from "../ui/icons.tsx";
import { Logo } from "./logo.tsx";
import { navigationOf } from "./first-page.ts";
import { NavigationBadge } from "./navigation-badge.tsx";
import { OrganizationSwitcher } from "./organization-switcher.tsx";
import type { Navigation, PageRow } from "./pages.ts";
import { strings } from "./strings.ts";

export function Sidebar() {
  const me = useMe();
  return (
    <div className="flex flex-col gap-5 p-3">
      <Logo className="h-7 self-start px-2" />
      {me.kind === "browser" && <OrganizationSwitcher />}
      <nav aria-label={strings.navigation} className="flex flex-col gap-5">
        <Section title={strings.settings} section="settings" me={me} />
        <Section title={me.labels["section"] ?? "Integrations"} section="integrations" me={me} />
        <Section title={strings.operator} section="operator" me={me} />
      </nav>
    </div>
  );
}

function Section(props: { title: string; section: Navigation["section"]; me: Me }) {
  const rows = navigationOf(props.me, props.section);
  if (rows.length === 0) return null;
  return (
    <div>
      <h2 className="px-2 pb-1 text-label font-medium text-muted">{props.title}</h2>
      <ul className="flex flex-col">
        {rows.map((row) => (
          <Row key={row.path} row={row}>
            {titleOf(row, props.me)}
          </Row>
        ))}
      </ul>
    </div>
  );
}

/** As the profile's documents call it. */
export function titleOf({ title, label }: PageRow, me: Me): string {
  return (label === undefined ? undefined : me.labels[label]) ?? title;
}

function Row({ row, children }: { readonly row: PageRow; readonly children: ReactNode }) {
  return (
    <li>
      <Link
        to={row.path}
        className="flex h-11 items-center gap-2 rounded-control px-2 text-table text-secondary hover:bg-sunken hover:text-text desk:h-8"
        activeProps={{ className: "bg-sunken font-medium text-text!", "aria-current": "page" }}
        activeOptions={{ includeSearch: false, exact: row.path.split("/").length < 4 }}
      >
        {row.navigation && <Icon of={row.navigation.icon} />}
        <span className="min-w-0 flex-1 truncate">{children}</span>
        <NavigationBadge path={row.path} />
      </Link>
    </li>
  );
}
