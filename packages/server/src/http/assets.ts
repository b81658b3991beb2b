/** The dashboard's files: those with a hash in their name for ever, the page itself always fresh and under a strict policy. */
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import * as crypto from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { authenticatePerson, type Person } from "../access/person.ts";
import type { Config } from "../config.ts";
import { delay } from "../platform/clock.ts";
import type { Platforms } from "../platforms.ts";
import { readAccentRules, registerLogo, ruleHash } from "./brand-page.ts";
import { ANSWER_HEADERS, KEPT_FOR_EVER } from "./failure.ts";
import { EARLY_SCRIPT, openFirstPaint } from "./first-paint.ts";
import type { Services } from "./services.ts";
import { readSessionCookie } from "./session-cookie.ts";

/** Where the build puts them; an installation for programs alone has none. */
const BUILT = fileURLToPath(new URL("../../public/", import.meta.url));

export interface Pages {
  /** A route for each file. */
  register(app: FastifyInstance): void;
  /** Answers a browser that asks for one of the pages; false when the request is for something else. */
  serve(request: FastifyRequest, reply: FastifyReply): Promise<boolean>;
}

/** Undefined when no dashboard was built. `folder` is absolute and ends in a slash. */
export function openPages(context: Services, folder = BUILT): Pages | undefined {
  const file = `${folder}index.html`;
  if (!existsSync(file)) return undefined;
  const html = readFileSync(file, "utf8");
  const headers = pageHeaders(html, context.config);
  const firstPaint = openFirstPaint(folder, html);
  const aliases = aliasesOf(context.platforms);
  return {
    register(app) {
      registerLogo(app, context);
      void app.register(fastifyStatic, {
        root: folder,
        // A route for each file that there is: everything else stays the table's 404.
        wildcard: false,
        index: false,
        globIgnore: ["index.html", "pages.json", "**/*.{gz,br}", "**/.*"],
        preCompressed: true,
        cacheControl: false,
        setHeaders: (reply, path) => void reply.headers(fileHeaders(path)),
      });
    },
    async serve(request, reply) {
      if (!wantsPage(request)) return false;
      const [path = "", query] = request.url.split("?", 2);
      const target = aliases.get(path);
      if (target !== undefined) {
        // 308, and with the query: links in old mails keep what they say. Browsers carry the fragment over.
        reply.redirect(query === undefined ? target : `${target}?${query}`, 308);
        return true;
      }
      const [person, rules] = await Promise.all([
        firstPaint && whoAsks(context, request),
        readAccentRules(context),
      ]);
      const page = firstPaint && person ? firstPaint(request.url, person) : html;
      reply
        .headers(rules === "" ? headers : withStyle(headers, rules))
        .send(withRules(page, rules));
      return true;
    },
  };
}

function withRules(html: string, rules: string): string {
  return rules === "" ? html : html.replace("</head>", () => `<style>${rules}</style></head>`);
}

function withStyle(headers: Record<string, string>, rules: string): Record<string, string> {
  const name = "content-security-policy";
  const own = "style-src 'self'";
  return { ...headers, [name]: headers[name]?.replace(own, `${own} ${ruleHash(rules)}`) ?? "" };
}

/** Addresses of programs: what is not there is a problem document, whatever the caller says to accept. */
const NOT_PAGES = /^\/(api|in|hooks|assets|branding|portal|metrics|healthz|readyz)(\/|$)/;

function wantsPage({ method, url, headers }: FastifyRequest): boolean {
  if (method !== "GET" && method !== "HEAD") return false;
  const path = url.split("?", 1)[0] ?? "";
  const { accept = "*/*" } = headers;
  // `curl` with nothing but our address, and probes that are given no path, take anything: they get the first page.
  const takesPage = accept.includes("text/html") || (path === "/" && accept.includes("*/*"));
  return takesPage && !NOT_PAGES.test(path);
}

/**
 * Undefined for everybody who has not signed in, and when the database does not say so at once: the page comes anyway,
 * and its program asks again.
 */
async function whoAsks(context: Services, request: FastifyRequest): Promise<Person | undefined> {
  const token = readSessionCookie(context.config, request.headers);
  if (token === undefined) return undefined;
  const asked = { token, organizationId: undefined, isIdle: true };
  const person = authenticatePerson(context, asked).catch(() => undefined);
  return Promise.race([person, delay(context.clock, WHO_ASKS_MS_MAX).then(() => undefined)]);
}

const WHO_ASKS_MS_MAX = 1_000;

function fileHeaders(path: string): Record<string, string> {
  const isHashed = path.includes("/assets/");
  return {
    ...ANSWER_HEADERS,
    "cache-control": isHashed ? KEPT_FOR_EVER : "no-cache",
    "cross-origin-resource-policy": "same-origin",
  };
}

/** Nothing of another origin is loaded, nothing runs that was not built; the theme's few lines are known by their hash. */
function pageHeaders(html: string, config: Config): Record<string, string> {
  const policy = {
    "default-src": "'none'",
    "script-src": ["'self'", ...inlineHashes(html), hashOf(EARLY_SCRIPT)].join(" "),
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
    // It may be drawn for one person: a cache in between must not show it to another one.
    "cache-control": "private, no-cache",
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
  return [...html.matchAll(/<script>([^]*?)<\/script>/g)].map(([, text = ""]) => hashOf(text));
}

function hashOf(text: string): string {
  return `'sha256-${crypto.hash("sha256", text, "base64")}'`;
}

/** Old addresses of all installed profiles: the page that they lead to asks who may see it. */
function aliasesOf(platforms: Pick<Platforms, "list">): ReadonlyMap<string, string> {
  return new Map(platforms.list().flatMap(({ profile }) => Object.entries(profile.routes.aliases)));
}
