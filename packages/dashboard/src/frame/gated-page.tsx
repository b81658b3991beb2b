import type { ComponentType } from "react";
import { gateOf, useMe, type Gate } from "../session.ts";
import { EmptyState } from "../ui/panel-state.tsx";
import { NotFound } from "./not-found.tsx";
import { Notice } from "./notice.tsx";
import type { PageRow } from "./pages.ts";
import { strings } from "./strings.ts";

/** A page behind its gate. Closed: the notice, and nothing is fetched. */
export function GatedPage(props: { readonly row: PageRow; readonly page: ComponentType }) {
  const { row, page: Page } = props;
  const me = useMe();
  const isOperator = me.user.isOperator && me.kind === "browser";
  if (row.area === "operator") return isOperator ? <Page /> : <NotFound />;
  if (!me.organization) {
    return <EmptyState title={strings.belongsNowhere} text={strings.belongsNowhereText} />;
  }
  if (row.area === null) return <Page />;
  const gate = gateOf(me, row.area);
  return isOpen(gate, row) ? <Page /> : <Notice gate={gate} area={row.area} />;
}

function isOpen({ allowed, notice }: Gate, { showsNotice = [] }: PageRow): boolean {
  return allowed || showsNotice.some((each) => each === notice);
}
