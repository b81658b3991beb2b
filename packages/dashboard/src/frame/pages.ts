/**
 * Every page: its address, who may see it, where it stands in the navigation, and the file that is loaded when somebody
 * goes there. A new page is a row here and a folder in `pages/`.
 */
import {
  ArrowDownToLine,
  Blocks,
  Inbox,
  KeyRound,
  Send,
  Shapes,
  Sparkles,
  Webhook,
} from "lucide-react";
import type { Navigation, PageRow } from "./page-row.ts";
import { OPERATOR_PAGES } from "./operator-pages.ts";
import { SETTINGS_PAGES } from "./settings-pages.ts";

export type { Navigation, PageRow };

export const PAGES: readonly PageRow[] = [
  {
    path: "/settings/integrations/webhooks",
    title: "Webhooks",
    label: "webhooks",
    area: "webhooks",
    navigation: { section: "integrations", order: 30, icon: Webhook, keys: "g w" },
    load: () => import("../pages/webhooks/page.tsx"),
  },
  {
    path: "/settings/integrations/connections",
    title: "Connections",
    label: "hub",
    area: "hub",
    showsNotice: ["membership"],
    navigation: { section: "integrations", order: 10, icon: Blocks, keys: "g c" },
    load: () => import("../pages/connections/page.tsx"),
  },
  {
    path: "/settings/developers",
    title: "Developers",
    label: "section",
    area: null,
    load: () => import("../pages/developers/page.tsx"),
  },
  {
    path: "/settings/integrations/api",
    title: "API keys",
    label: "keys",
    area: "keys",
    navigation: { section: "integrations", order: 20, icon: KeyRound, keys: "g a" },
    load: () => import("../pages/keys/page.tsx"),
  },
  {
    path: "/settings/integrations/api/$keyId",
    title: "Key",
    area: "keys",
    load: () => import("../pages/keys/key-page.tsx"),
  },
  {
    path: "/settings/integrations/webhooks/$webhookId",
    title: "Webhook",
    area: "webhooks",
    load: () => import("../pages/webhook/page.tsx"),
  },
  {
    path: "/settings/integrations/webhooks/$webhookId/deliveries/$deliveryId",
    title: "Delivery",
    area: "webhooks",
    load: () => import("../pages/deliveries/delivery-page.tsx"),
  },
  {
    path: "/settings/integrations/deliveries",
    title: "Deliveries",
    area: "webhooks",
    navigation: { section: "integrations", order: 40, icon: Send, keys: "g d" },
    load: () => import("../pages/deliveries/page.tsx"),
  },
  {
    // Whoever has nothing but its id.
    path: "/settings/integrations/deliveries/$deliveryId",
    title: "Delivery",
    area: "webhooks",
    load: () => import("../pages/deliveries/delivery-page.tsx"),
  },
  {
    path: "/settings/integrations/jobs",
    title: "Jobs",
    area: "webhooks",
    load: () => import("../pages/jobs/page.tsx"),
  },
  {
    path: "/settings/integrations/events",
    title: "Event types",
    area: "webhooks",
    navigation: { section: "integrations", order: 50, icon: Shapes, keys: "g e" },
    load: () => import("../pages/event-types/page.tsx"),
  },
  {
    path: "/settings/integrations/events/$eventId",
    title: "Event",
    area: "webhooks",
    load: () => import("../pages/event-types/event-page.tsx"),
  },
  {
    path: "/settings/integrations/inbox",
    title: "Test inbox",
    area: "webhooks",
    navigation: { section: "integrations", order: 60, icon: Inbox, keys: "g i" },
    load: () => import("../pages/inbox/page.tsx"),
  },
  {
    path: "/settings/integrations/inbox/$inboxId",
    title: "Inbox",
    area: "webhooks",
    load: () => import("../pages/inbox/inbox-page.tsx"),
  },
  {
    path: "/settings/integrations/sources",
    title: "Sources",
    area: "webhooks",
    navigation: { section: "integrations", order: 45, icon: ArrowDownToLine, keys: "g s" },
    load: () => import("../pages/sources/page.tsx"),
  },
  {
    path: "/settings/integrations/sources/$sourceId",
    title: "Source",
    area: "webhooks",
    load: () => import("../pages/sources/source-page.tsx"),
  },
  {
    path: "/settings/integrations/sources/$sourceId/receipts/$receiptId",
    title: "Receipt",
    area: "webhooks",
    load: () => import("../pages/sources/receipt-page.tsx"),
  },
  {
    path: "/docs",
    title: "Documentation",
    area: null,
    load: () => import("../pages/docs/page.tsx"),
  },
  {
    path: "/device",
    title: "Sign in a command line",
    area: null,
    load: () => import("../pages/device/page.tsx"),
  },
  {
    path: "/welcome",
    title: "Welcome",
    area: "operator",
    navigation: { section: "operator", order: 5, icon: Sparkles },
    load: () => import("../pages/welcome/page.tsx"),
  },
  ...SETTINGS_PAGES,
  ...OPERATOR_PAGES,
];

/** Old addresses → the page's own; query and hash are kept. The server redirects them, too. */
export const ALIASES: Readonly<Record<string, string>> = {
  "/settings/integrations/integrations": "/settings/integrations/connections",
  "/settings/webhooks": "/settings/integrations/webhooks",
};

/** The row of an address. */
export function pageAt(pathname: string): PageRow | undefined {
  return PAGES.find(({ path }) => matches(path, pathname));
}

function matches(path: string, pathname: string): boolean {
  const [pattern, parts] = [path.split("/"), pathname.split("/")];
  return (
    pattern.length === parts.length &&
    pattern.every((part, index) => part.startsWith("$") || part === parts[index])
  );
}

/** The pages on the way to an address, from the outermost: each shorter address that is a page, too. */
export function trailOf(
  pathname: string,
): readonly { readonly to: string; readonly row: PageRow }[] {
  const parts = pathname.split("/");
  return parts.flatMap((_, index) => {
    const to = parts.slice(0, index + 1).join("/");
    const row = pageAt(to);
    return row ? [{ to, row }] : [];
  });
}
