import { Building2, CircleUserRound, ScrollText, Users } from "lucide-react";
import type { PageRow } from "./page-row.ts";

/** The pages about the organization itself. */
export const SETTINGS_PAGES: readonly PageRow[] = [
  {
    path: "/settings/users",
    title: "Users",
    area: "organization",
    navigation: { section: "settings", order: 10, icon: Users },
    load: () => import("../pages/users/page.tsx"),
  },
  {
    path: "/settings/organization/subscription",
    title: "Organization",
    area: null,
    navigation: { section: "settings", order: 20, icon: Building2 },
    load: () => import("../pages/subscription/page.tsx"),
  },
  {
    path: "/settings/audit-log",
    title: "Audit log",
    area: "organization",
    navigation: { section: "settings", order: 30, icon: ScrollText },
    load: () => import("../pages/audit-log/page.tsx"),
  },
  {
    path: "/settings/account",
    title: "Your account",
    area: null,
    navigation: { section: "settings", order: 40, icon: CircleUserRound },
    load: () => import("../pages/account/page.tsx"),
  },
];
