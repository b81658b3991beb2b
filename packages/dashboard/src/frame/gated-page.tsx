import { lazy, Suspense, type ComponentType } from "react";
import { gateOf, useMe, type Me } from "../session.ts";
import { EmptyState } from "../ui/panel-state.tsx";
import { NotFound } from "./not-found.tsx";
import type { PageRow } from "./pages.ts";
import { titleOf } from "./sidebar.tsx";
import { strings } from "./strings.ts";

const Notice = lazy(() => import("./notice.tsx").then((it) => ({ default: it.Notice })));

/** A page behind its gate. Closed: the notice, and nothing is fetched. */
export function GatedPage(props: { readonly row: PageRow; readonly page: ComponentType }) {
  const { row, page: Page } = props;
  const me = useMe();
  if (isOpenTo(row, me)) {
    return (
      <>
        {/* While an object is being read, or when there is none, its page has no heading of its own. */}
        <h1 className="stand-in sr-only">{titleOf(row, me)}</h1>
        {/* Of each organization anew: rows, what is selected and open forms belong to the one that was left. */}
        <Page key={me.organization?.id} />
      </>
    );
  }
  if (row.area === "operator" || row.area === null) return <NotFound />;
  if (!me.organization) {
    return <EmptyState title={strings.belongsNowhere} text={strings.belongsNowhereText} />;
  }
  return (
    <Suspense>
      <Notice gate={gateOf(me, row.area)} area={row.area} />
    </Suspense>
  );
}

/** Whether the page itself is shown, perhaps with a notice in it. */
export function isOpenTo({ area, showsNotice = [] }: PageRow, me: Me): boolean {
  if (area === "operator") return me.user.isOperator && me.kind === "browser";
  if (area === null) return true;
  if (!me.organization) return false;
  const { allowed, notice } = gateOf(me, area);
  return allowed || showsNotice.some((each) => each === notice);
}
