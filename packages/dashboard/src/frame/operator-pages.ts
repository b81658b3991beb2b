import {
  Activity,
  BookText,
  Building2,
  CreditCard,
  Gauge,
  Settings2,
  Shapes,
  UsersRound,
} from "lucide-react";
import type { PageRow } from "./page-row.ts";

/** The pages of the team that runs the installation. */
export const OPERATOR_PAGES: readonly PageRow[] = [
  {
    path: "/operator",
    title: "Overview",
    area: "operator",
    navigation: { section: "operator", order: 10, icon: Gauge },
    load: () => import("../pages/operator/overview-page.tsx"),
  },
  {
    path: "/operator/health",
    title: "Health",
    area: "operator",
    navigation: { section: "operator", order: 15, icon: Activity },
    load: () => import("../pages/health/page.tsx"),
  },
  {
    path: "/operator/organizations",
    title: "Organizations",
    area: "operator",
    navigation: { section: "operator", order: 20, icon: Building2 },
    load: () => import("../pages/operator/organizations-page.tsx"),
  },
  {
    path: "/operator/organizations/$organizationId",
    title: "Organization",
    area: "operator",
    load: () => import("../pages/operator/organization-page.tsx"),
  },
  {
    path: "/operator/people",
    title: "People",
    area: "operator",
    navigation: { section: "operator", order: 30, icon: UsersRound },
    load: () => import("../pages/operator/people-page.tsx"),
  },
  {
    path: "/operator/people/$userId",
    title: "Person",
    area: "operator",
    load: () => import("../pages/operator/person-page.tsx"),
  },
  {
    path: "/operator/catalogue",
    title: "Catalogue",
    area: "operator",
    navigation: { section: "operator", order: 35, icon: Shapes },
    load: () => import("../pages/catalogue/page.tsx"),
  },
  {
    path: "/operator/plans",
    title: "Plans",
    area: "operator",
    navigation: { section: "operator", order: 37, icon: CreditCard },
    load: () => import("../pages/plans/page.tsx"),
  },
  {
    path: "/operator/profiles",
    title: "Profiles",
    area: "operator",
    navigation: { section: "operator", order: 40, icon: BookText },
    load: () => import("../pages/operator/profiles-page.tsx"),
  },
  {
    path: "/operator/settings",
    title: "Installation",
    area: "operator",
    navigation: { section: "operator", order: 60, icon: Settings2 },
    load: () => import("../pages/operator/installation-page.tsx"),
  },
  {
    path: "/operator/parts",
    title: "Parts",
    area: "operator",
    load: () => import("../pages/parts/page.tsx"),
  },
];
