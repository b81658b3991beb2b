import { gateOf, type Me } from "../session.ts";
import { PAGES, type Navigation, type PageRow } from "./pages.ts";

/** Whether the navigation shows a page: open, or closed for a reason that the person can do something about. */
function isInNavigation(row: PageRow, me: Me): boolean {
  if (row.area === "operator") return me.user.isOperator && me.kind === "browser";
  if (row.area === null) return true;
  const { allowed, notice } = gateOf(me, row.area);
  return allowed || notice === "plan" || notice === "membership";
}

/** The pages of a section, in their order. */
export function navigationOf(me: Me, section: Navigation["section"]): readonly PageRow[] {
  return PAGES.filter(
    (row) => row.navigation?.section === section && isInNavigation(row, me),
  ).toSorted((a, b) => (a.navigation?.order ?? 0) - (b.navigation?.order ?? 0));
}

const FALLBACK = "/settings/integrations/webhooks";

/** Where somebody lands: the profile's own page, else the first leaf that they may see, else its notice. */
export function firstPage(me: Me): string {
  const own = Object.keys(me.organization?.pages ?? {}).find((path) =>
    PAGES.some((row) => row.path === path),
  );
  return own ?? navigationOf(me, "integrations")[0]?.path ?? FALLBACK;
}
