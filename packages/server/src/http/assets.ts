/** The dashboard's files: those with a hash in their name for ever, the page itself always fresh and under a strict policy. */
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import * as crypto from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Config } from "../config.ts";
import type { Platforms } from "../platforms.ts";
import { ANSWER_HEADERS } from "./failure.ts";

/** Where the build puts them; an installation for programs alone has none. */
const BUILT = fileURLToPath(new URL("../../public/", import.meta.url));

export interface Pages {
  /** A route for each file. */
  register(app: FastifyInstance): void;
  /** Answers a browser that asks for one of the pages; false when the request is for something else. */
  serve(request: FastifyRequest, reply: FastifyReply): boolean;
}

/** Undefined when no dashboard was built. `folder` is absolute and ends in a slash. */
export function openPages(
  context: { readonly config: Config; readonly platforms: Pick<Platforms, "list"> },
  folder = BUILT,
): Pages | undefined {
  const file = `${folder}index.html`;
  if (!existsSync(file)) return undefined;
  const html = readFileSync(file);
  const headers = pageHeaders(html.toString(), context.config);
  const aliases = aliasesOf(context.platforms);
  return {
    register(app) {
      void app.register(fastifyStatic, {
        root: folder,
        // A route for each file that there is: everything else stays the table's 404.
        wildcard: false,
        index: false,
        globIgnore: ["index.html", "**/*.{gz,br}", "**/.*"],
        preCompressed: true,
        cacheControl: false,
        setHeaders: (reply, path) => void reply.headers(fileHeaders(path)),
      });
    },
    serve(request, reply) {
      if (!wantsPage(request)) return false;
      const [path = "", query] = request.url.split("?", 2);
      const target = aliases.get(path);
      if (target !== undefined) {
        // 308, and with the query: links in old mails keep what they say. Browsers carry the fragment over.
        reply.redirect(query === undefined ? target : `${target}?${query}`, 308);
        return true;
      }
      reply.headers(headers).send(html);
      return true;
    },
  };
}

/** Addresses of programs: what is not there is a problem document, whatever the caller says to accept. */
const NOT_PAGES = /^\/(api|in|hooks|assets|portal|metrics|healthz|readyz)(\/|$)/;

function wantsPage({ method, url, headers }: FastifyRequest): boolean {
  if (method !== "GET" && method !== "HEAD") return false;
  const path = url.split("?", 1)[0] ?? "";
  return !NOT_PAGES.test(path) && (headers.accept ?? "").includes("text/html");
}

const YEAR_SECONDS = 31_536_000;

function fileHeaders(path: string): Record<string, string> {
  const isHashed = path.includes("/assets/");
  return {
    ...ANSWER_HEADERS,
    "cache-control": isHashed ? `public, max-age=${YEAR_SECONDS}, immutable` : "no-cache",
    "cross-origin-resource-policy": "same-origin",
  };
}

/** Nothing of another origin is loaded, nothing runs that was not built; the theme's few lines are known by their hash. */
function pageHeaders(html: string, config: Config): Record<string, string> {
  const policy = {
    "default-src": "'none'",
    "script-src": ["'self'", ...inlineHashes(html)].join(" "),
    "style-src": "'self'",
    "font-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": frameAncestors(config),
  };
  return {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-cache",
    "content-security-policy": Object.entries(policy)
      .map(([name, value]) => `${name} ${value}`)
      .join("; "),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  };
}

/**
 * Who may show our pages in a frame, as CSP writes it: nobody, unless the operator's settings name their product. There
 * is no X-Frame-Options beside it: that header knows one origin at the most, and would win in old browsers.
 */
function frameAncestors({ frameAncestors }: Config): string {
  return frameAncestors.length === 0 ? "'none'" : frameAncestors.join(" ");
}

function inlineHashes(html: string): string[] {
  return [...html.matchAll(/<script>([^]*?)<\/script>/g)].map(
    ([, text = ""]) => `'sha256-${crypto.hash("sha256", text, "base64")}'`,
  );
}

/** Old addresses of all installed profiles: the page that they lead to asks who may see it. */
function aliasesOf(platforms: Pick<Platforms, "list">): ReadonlyMap<string, string> {
  return new Map(platforms.list().flatMap(({ profile }) => Object.entries(profile.routes.aliases)));
}
