import { checkEndpointHeaders } from "../domain/endpoint-headers.ts";
import { checkEndpointUrl } from "../domain/endpoint-url.ts";
import { checkSubscription, type EventTypeNames } from "../domain/event-type.ts";
import { pointerTo } from "../domain/json-pointer.ts";
import { checkSecret } from "../domain/secret.ts";
import { fieldError, type FieldError } from "../errors.ts";
import type { CompiledFormat } from "../platforms.ts";
import type { EndpointContext } from "./context.ts";

/** The settings of an endpoint that its wire format and its organization's catalogue judge. */
export interface JudgedSettings {
  readonly url: string;
  readonly events: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
}

type Installation = Pick<EndpointContext, "config" | "addressPolicy">;

/** The URL as it is stored, or what is wrong with it by the wire format's rules and this installation's. */
export function judgeUrl(
  { config, addressPolicy }: Installation,
  format: CompiledFormat,
  raw: string,
): { readonly url: string } | { readonly problem: FieldError } {
  const checked = checkEndpointUrl(raw, {
    https: format.delivery.https,
    mode: config.mode,
    policy: addressPolicy,
    ownOrigin: new URL(config.publicUrl).origin,
    ownInboxPrefix: `${config.publicUrl}/in/`,
  });
  if (checked.ok) return { url: checked.url };
  const { ok: _, ...problem } = checked;
  return { problem: { pointer: "/url", ...problem } };
}

/** Everything that is wrong with the settings, at once; `url` is in the form to store when nothing is. */
export function judgeSettings(
  installation: Installation,
  rules: { readonly format: CompiledFormat; readonly catalogue: EventTypeNames },
  settings: JudgedSettings,
): { readonly url: string; readonly problems: readonly FieldError[] } {
  const judged = judgeUrl(installation, rules.format, settings.url);
  const problems = [
    ...("problem" in judged ? [judged.problem] : []),
    ...checkSubscription(settings.events, rules.catalogue),
    ...headerProblems(rules.format, settings.headers),
  ];
  return { url: "url" in judged ? judged.url : "", problems };
}

function headerProblems(
  { headerNames }: CompiledFormat,
  headers: Readonly<Record<string, string>>,
): FieldError[] {
  const problems = checkEndpointHeaders(headers).map(({ name, code, message }): FieldError => ({
    pointer: name === null ? "/headers" : pointerTo("/headers", name),
    code,
    message,
  }));
  const isKnown = (pointer: string) => problems.some((problem) => problem.pointer === pointer);
  // What the format itself sends is not for customers to override, whatever its headers are called.
  const own = Object.keys(headers).filter((name) => headerNames.has(name.toLowerCase()));
  const pointers = own.map((name) => pointerTo("/headers", name));
  const more = pointers.filter((pointer) => !isKnown(pointer));
  return [...problems, ...more.map((pointer) => fieldError(pointer, "header_not_allowed"))];
}

/**
 * Whether a format can sign with a secret that is there already: how people come by secrets differs from format to
 * format, what makes a usable key does too, and only the second matters here.
 */
export function canSignWith(format: CompiledFormat, secret: string): boolean {
  const rules = { ...format, secret: { ...format.secret, supplied: "optional" as const } };
  return checkSecret(rules, secret) === undefined;
}
