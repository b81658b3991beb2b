import { Outlet, useLocation } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useMe } from "../session.ts";
import { useLiveUpdates } from "../live.ts";
// From the first page on: with the code of the first dialog it would come after the click that opens it.
import "../ui/return-focus.ts";
import { Dialogs } from "./dialogs.tsx";
import { PauseBar } from "./pause-bar.tsx";
import { PortalBar, useFrameHeight } from "./portal.tsx";
import { Sidebar } from "./sidebar.tsx";
import { strings } from "./strings.ts";
import { TopBar } from "./top-bar.tsx";

const SidebarSheet = lazy(() =>
  import("./sidebar-sheet.tsx").then((it) => ({ default: it.SidebarSheet })),
);

/** Navigation on the left, where one is and the tools on top, the page below; a portal has less of it. */
export function Frame() {
  const me = useMe();
  const { pathname } = useLocation();
  // Open for one address: going somewhere closes it.
  const [menuAt, setMenuAt] = useState<string | null>(null);
  const openMenu = () => setMenuAt(pathname);
  const isPortal = me.kind === "portal";
  useFrameHeight(isPortal);
  useLiveUpdates();
  return (
    <div className={`min-h-dvh ${isPortal ? "[--header-height:0px]" : "[--header-height:48px]"}`}>
      <a href="#content" className={SKIP}>
        {strings.skip}
      </a>
      <PauseBar />
      <div className="mx-auto flex max-w-[1536px]">
        <aside className="sticky top-0 hidden h-dvh w-56 shrink-0 overflow-y-auto border-r border-hairline desk:block">
          <Sidebar />
        </aside>
        {menuAt === pathname && (
          <Suspense>
            <SidebarSheet isOpen onClose={() => setMenuAt(null)} />
          </Suspense>
        )}
        <div className="flex min-w-0 flex-1 flex-col">
          {isPortal ? <PortalBar onMenu={openMenu} /> : <TopBar onMenu={openMenu} />}
          <main
            id="content"
            tabIndex={-1}
            className="w-full max-w-[1288px] px-4 pb-24 pt-6 outline-none desk:px-6"
          >
            <Outlet />
          </main>
        </div>
      </div>
      <Dialogs />
    </div>
  );
}

const SKIP =
  "sr-only focus:not-sr-only focus:absolute focus:left-3 focus:top-2 focus:z-50 focus:rounded-control focus:bg-surface focus:px-3 focus:py-1.5 focus:text-table";
