/**
 * What the server needs to answer a page so that something is to be read before its program has come: the files that the
 * page's own code is in, and its heading within the frame. Written beside the built files as `pages.json`; the server
 * leaves the heading out where the page is closed to whoever asks.
 */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Plugin } from "vite";
import { strings as account } from "./src/pages/account/strings.ts";
import { strings as auditLog } from "./src/pages/audit-log/strings.ts";
import { strings as catalogue } from "./src/pages/catalogue/strings.ts";
import { strings as connections } from "./src/pages/connections/strings.ts";
import { strings as deliveries } from "./src/pages/deliveries/strings.ts";
import { strings as eventTypes } from "./src/pages/event-types/strings.ts";
import { strings as health } from "./src/pages/health/strings.ts";
import { strings as inbox } from "./src/pages/inbox/strings.ts";
import { strings as jobs } from "./src/pages/jobs/strings.ts";
import { strings as keys } from "./src/pages/keys/strings.ts";
import { strings as operator } from "./src/pages/operator/strings.ts";
import { strings as plans } from "./src/pages/plans/strings.ts";
import { strings as sources } from "./src/pages/sources/strings.ts";
import { strings as users } from "./src/pages/users/strings.ts";
import { strings as webhooks } from "./src/pages/webhooks/strings.ts";

/** The sentence under the heading. Pages of one object are not here: what they are called is not known yet. */
const TEXTS: Readonly<Record<string, string>> = {
  "/settings/integrations/connections": connections.text,
  "/settings/integrations/api": keys.text,
  "/settings/integrations/webhooks": webhooks.text,
  "/settings/integrations/deliveries": deliveries.text,
  "/settings/integrations/jobs": jobs.text,
  "/settings/integrations/events": eventTypes.text,
  "/settings/integrations/inbox": inbox.text,
  "/settings/integrations/sources": sources.text,
  "/settings/users": users.text,
  "/settings/audit-log": auditLog.text,
  "/settings/account": account.text,
  "/operator": operator.overviewText,
  "/operator/health": health.text,
  "/operator/organizations": operator.organizationsText,
  "/operator/catalogue": catalogue.text,
  "/operator/plans": plans.text,
  "/operator/settings": operator.settingsText,
};

/** As `frame.tsx`, `top-bar.tsx`, `portal.tsx` and `page-header.tsx` draw it; a journey holds both to the same places. */
const FRAMES = {
  browser: frame("48px", "h-12 border-b border-hairline"),
  portal: frame("0px", "h-11 desk:hidden"),
  portalWithWayBack: frame("0px", "h-11"),
};

function frame(headerHeight: string, bar: string): string {
  return (
    `<div data-first-paint class="min-h-dvh [--header-height:${headerHeight}]">` +
    `<div class="mx-auto flex max-w-[1536px]">` +
    `<div class="sticky top-0 hidden h-dvh w-56 shrink-0 border-r border-hairline desk:block"></div>` +
    `<div class="flex min-w-0 flex-1 flex-col"><div class="${bar}"></div>` +
    `<main aria-busy="true" class="w-full max-w-[1288px] px-4 pb-24 pt-6 desk:px-6">{heading}</main>` +
    `</div></div></div>`
  );
}

const HEADING =
  `<header class="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 pb-5"><div class="min-w-0 flex-[1_1_min(100%,16rem)]">` +
  `<h1 class="text-title font-semibold tracking-[-0.01em] [overflow-wrap:anywhere]">{title}</h1>` +
  `<p class="max-w-2xl pt-0.5 text-table text-secondary">{text}</p></div></header>`;

const SOURCES = join(import.meta.dirname, "src");
const ROW =
  /path: "([^"]+)",\s+title: "([^"]+)",\s+(?:label: "(\w+)",\s+)?area: (?:null|"(\w+)"),[^]*?import\("\.\.\/(pages\/[^"]+)"\)/g;

type Bundle = Parameters<Extract<NonNullable<Plugin["generateBundle"]>, Function>>[1];

export function firstPaint(): Plugin {
  return {
    name: "first-paint",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      // The heading would jump when its letters change from the system's to ours.
      handler: (_, { bundle = {} }) => [
        {
          tag: "link",
          injectTo: "head",
          attrs: {
            rel: "preload",
            as: "font",
            type: "font/woff2",
            crossorigin: true,
            href: `/${Object.keys(bundle).find((name) => /\/inter-.*\.woff2$/.test(name)) ?? ""}`,
          },
        },
      ],
    },
    generateBundle(_, bundle) {
      const source = JSON.stringify({ frames: FRAMES, heading: HEADING, pages: pages(bundle) });
      this.emitFile({ type: "asset", fileName: "pages.json", source });
    },
  };
}

/** Read as text: the table itself leads to pages, which are made for a browser. */
function pages(bundle: Bundle) {
  const folder = join(SOURCES, "frame");
  return readdirSync(folder)
    .filter((name) => name.endsWith("pages.ts"))
    .flatMap((name) => [...readFileSync(join(folder, name), "utf8").matchAll(ROW)])
    .map(([, path = "", title = "", label = null, area = null, module = ""]) => ({
      path,
      title,
      label,
      area,
      text: TEXTS[path] ?? null,
      scripts: scriptsOf(bundle, join(SOURCES, module)),
    }));
}

/** The file that a module is in, and what that one imports at once. */
function scriptsOf(bundle: Bundle, module: string): readonly string[] {
  const chunks = Object.values(bundle).filter((each) => each.type === "chunk");
  const first = new Set(
    chunks.filter((each) => each.isEntry).flatMap((each) => all(each.fileName)),
  );
  const own = chunks.find(({ facadeModuleId }) => facadeModuleId === module);
  if (!own) throw new Error(`No file has been built for ${basename(module)}.`);
  return all(own.fileName)
    .filter((name) => !first.has(name))
    .map((name) => `/${name}`);

  function all(name: string, seen = new Set<string>()): readonly string[] {
    if (seen.has(name)) return [];
    seen.add(name);
    const chunk = bundle[name];
    return [
      name,
      ...(chunk?.type === "chunk" ? chunk.imports.flatMap((each) => all(each, seen)) : []),
    ];
  }
}
