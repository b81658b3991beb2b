/** What the operator's branding puts into pages before any script runs: the accent's colours, and the logo's file. */
import type { FastifyInstance } from "fastify";
import * as crypto from "node:crypto";
import { delay, type Clock } from "../platform/clock.ts";
import { findBranding, findLogo, type Branding } from "../store/installation.ts";
import { ANSWER_HEADERS, KEPT_FOR_EVER } from "./failure.ts";
import type { Services } from "./services.ts";

/** A page is not kept waiting for its colours: it comes with the product's own. */
const COLOURS_MS_MAX = 1_000;
const PREFIX = "/branding/";
/** As `changeBranding` makes it; PostgreSQL fails at some texts that are none. */
const VERSION = /^[0-9a-f]{16}$/;
const NAMES: Readonly<Record<string, string>> = {
  "image/png": "logo.png",
  "image/webp": "logo.webp",
  "image/svg+xml": "logo.svg",
};

export function logoPath({ contentType, version }: NonNullable<Branding["logo"]>): string {
  return `${PREFIX}${version}/${NAMES[contentType]}`;
}

/** The rules that a page's style element holds; empty without colours. They go before those of the style sheet. */
export async function readAccentRules({
  sql,
  clock,
}: Pick<Services, "sql"> & { readonly clock: Clock }): Promise<string> {
  const found = findBranding(sql).catch(() => undefined);
  const branding = await Promise.race([found, delay(clock, COLOURS_MS_MAX).then(() => undefined)]);
  const { accentLight, accentDark } = branding ?? { accentLight: null, accentDark: null };
  const light = accentLight && `html:root:not([data-theme="dark"]){--c-accent:${accentLight}}`;
  const dark = accentDark && `html:root[data-theme="dark"]{--c-accent:${accentDark}}`;
  return `${light ?? ""}${dark ?? ""}`;
}

/** As CSP names it. */
export function ruleHash(rules: string): string {
  return `'sha256-${crypto.hash("sha256", rules, "base64")}'`;
}

/**
 * The logo, for `<img>` alone: opened by itself an SVG neither runs scripts nor loads anything, and no browser takes it
 * for something else than what it is. Its address names the version, so it is kept for ever.
 */
export function registerLogo(app: FastifyInstance, { sql }: Pick<Services, "sql">): void {
  app.get<{ Params: { version: string } }>(`${PREFIX}:version/:name`, async (request, reply) => {
    const { version } = request.params;
    const logo = VERSION.test(version) ? await findLogo(sql, version) : undefined;
    if (!logo) return reply.code(404).headers(ANSWER_HEADERS).send();
    return reply
      .headers({
        ...ANSWER_HEADERS,
        "content-type": logo.contentType,
        "cache-control": KEPT_FOR_EVER,
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        "cross-origin-resource-policy": "same-origin",
      })
      .send(logo.data);
  });
}
