/** Addresses → pages, from the table in `frame/pages.ts`. */
import { QueryCache, QueryClient } from "@tanstack/react-query";
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  type ParsedLocation,
  type RouteComponent,
} from "@tanstack/react-router";
import { ApiError } from "./api.ts";
import { Failure } from "./frame/failure.tsx";
import { firstPage } from "./frame/first-page.ts";
import { Frame } from "./frame/frame.tsx";
import { GatedPage, isOpenTo } from "./frame/gated-page.tsx";
import { NothingHere } from "./frame/not-found.tsx";
import { ALIASES, pageAt, PAGES, type PageRow } from "./frame/pages.ts";
import { Root } from "./frame/root.tsx";
import { forgetAll, meQuery, switchOrganization, type Me } from "./session.ts";
import { parseSearch, stringifySearch, type UrlState } from "./url-state.ts";

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: (error) => void leaveIfEnded(error) }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      refetchOnWindowFocus: true,
      // A refusal stays one; only a server that did not answer is asked again.
      retry: (count, error) =>
        count < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 500),
    },
  },
});

const rootRoute = createRootRoute({ component: Root, notFoundComponent: NothingHere });

/** For people who have not signed in. */
const outsideRoutes = [
  outside(
    "/sign-in",
    lazyRouteComponent(() => import("./frame/sign-in.tsx"), "SignIn"),
  ),
  outside(
    "/forgotten",
    lazyRouteComponent(() => import("./frame/account-pages.tsx"), "Forgotten"),
  ),
  outside(
    "/invitation",
    lazyRouteComponent(() => import("./frame/account-pages.tsx"), "Invitation"),
  ),
  outside(
    "/reset",
    lazyRouteComponent(() => import("./frame/account-pages.tsx"), "Reset"),
  ),
  outside(
    "/confirm-email",
    lazyRouteComponent(() => import("./frame/confirm-email.tsx"), "ConfirmEmail"),
  ),
  outside(
    "/enter",
    lazyRouteComponent(() => import("./frame/entrance.tsx"), "Entrance"),
  ),
];

/** Everything that needs somebody who has signed in. */
const frameRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "frame",
  component: Frame,
  beforeLoad: async ({ location }) => {
    enterByLink(location);
    const me = await signedIn(location);
    await followOrganization(me, location);
    return { me };
  },
});

const STARTS = ["/", "/settings", "/settings/integrations"];

/** Addresses without a page of their own lead to the first one that is open. */
const startRoutes = STARTS.filter((path) => !pageAt(path)).map((path) =>
  createRoute({
    getParentRoute: () => frameRoute,
    path,
    beforeLoad: async () => {
      const me = await queryClient.ensureQueryData(meQuery);
      throw redirect({ to: firstPage(me), replace: true });
    },
  }),
);

const aliasRoutes = Object.entries(ALIASES).map(([path, to]) =>
  createRoute({
    getParentRoute: () => rootRoute,
    path,
    beforeLoad: ({ location }) => {
      throw redirect({ to, search: location.search, hash: location.hash, replace: true });
    },
  }),
);

const pageRoutes = PAGES.map((row) =>
  createRoute({
    getParentRoute: () => frameRoute,
    path: row.path,
    component: gated(row),
  }),
);

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    ...outsideRoutes,
    ...aliasRoutes,
    frameRoute.addChildren([...startRoutes, ...pageRoutes]),
  ]),
  parseSearch,
  stringifySearch,
  defaultPreload: "intent",
  scrollRestoration: true,
  defaultErrorComponent: Failure,
  defaultNotFoundComponent: NothingHere,
});

function outside(path: string, component: RouteComponent) {
  return createRoute({ getParentRoute: () => rootRoute, path, component });
}

/** The page, or the notice that says why not: then nothing of the page is even loaded. */
function gated(row: PageRow): RouteComponent {
  const Page = lazyRouteComponent(row.load, "Page");
  const Gated = () => <GatedPage row={row} page={Page} />;
  // The router loads it before it goes there, so that the old page stays until the new one can be drawn.
  const preload = async () => {
    const me = queryClient.getQueryData(meQuery.queryKey);
    if (me && isOpenTo(row, me)) await Page.preload?.();
  };
  return Object.assign(Gated, { preload });
}

/** The link that the first start shows: `/welcome?once=…`. */
function enterByLink({ pathname, search }: ParsedLocation): void {
  const { once }: UrlState = search;
  if (pathname !== "/welcome" || once === undefined) return;
  throw redirect({ to: "/enter", search: { once }, replace: true });
}

async function signedIn(location: ParsedLocation): Promise<Me> {
  return queryClient.ensureQueryData(meQuery).catch((error: unknown) => {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    const next = location.href === "/" ? undefined : location.href;
    throw redirect({ to: "/sign-in", search: next ? { next } : {}, replace: true });
  });
}

let isLeaving = false;

/**
 * The session has ended, in another tab or by itself: trying again would lead nowhere. Once, because somebody may stay
 * for what they have not saved. A portal has no page for signing in; there the page around it knows what to do.
 */
async function leaveIfEnded(error: Error): Promise<void> {
  const isEnded = error instanceof ApiError && error.status === 401;
  const me = queryClient.getQueryData(meQuery.queryKey);
  if (!isEnded || isLeaving || !me || me.kind === "portal") return;
  isLeaving = true;
  await router.navigate({ to: "/sign-in", search: { next: router.latestLocation.href } });
  if (router.state.location.pathname !== "/sign-in") return;
  isLeaving = false;
  forgetAll(queryClient);
}

/** `?org=org_…` of a link from elsewhere: goes there, and out of the address. */
async function followOrganization(me: Me, location: ParsedLocation): Promise<void> {
  const search: UrlState = location.search;
  const { org, ...rest } = search;
  if (org === undefined) return;
  if (org !== me.organization?.id) await switchOrganization(queryClient, org);
  throw redirect({ to: location.pathname, search: rest, hash: location.hash, replace: true });
}
