import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

/** One page of the dashboard. */
export interface PageRow {
  /** In the router's notation: `/settings/integrations/webhooks/$webhookId`. */
  readonly path: string;
  /** Name in breadcrumbs and navigation. */
  readonly title: string;
  /** Of the profile; goes before `title`. */
  readonly label?: string;
  /** The gate of `GET /api/me` that opens it; null for everybody who has signed in; `operator` for operators. */
  readonly area: "hub" | "keys" | "webhooks" | "organization" | "operator" | null;
  /** Notices that the page shows itself, beside what it may still show. */
  readonly showsNotice?: readonly ("membership" | "admin")[];
  readonly navigation?: Navigation;
  readonly load: () => Promise<{ readonly Page: () => ReactNode }>;
}

export interface Navigation {
  readonly section: "settings" | "integrations" | "operator";
  readonly order: number;
  readonly icon: LucideIcon;
  /** Goes there by keyboard: "g w". */
  readonly keys?: string;
}
