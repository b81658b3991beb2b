/** How an endpoint is named where there is little room. */
import type { Webhook } from "@posthorn/sdk";

export interface UrlParts {
  readonly host: string;
  /** Path and query; empty for "/". */
  readonly rest: string;
}

/** `https://shop.example/hook?a=1` → shop.example, /hook?a=1. */
export function urlParts(url: string): UrlParts {
  const parsed = URL.parse(url);
  if (!parsed) return { host: url, rest: "" };
  const rest = parsed.pathname + parsed.search;
  return { host: parsed.host, rest: rest === "/" ? "" : rest };
}

export function nameOf({ url }: Pick<Webhook, "url">): string {
  return urlParts(url).host;
}

/** All types, named or by `*`. */
export function wantsAll(events: readonly string[]): boolean {
  return events.includes("*");
}

/** Where it is edited. */
export function settingsPath(id: string): string {
  return `/settings/integrations/webhooks/${id}?tab=settings`;
}
