import { checkEndpointHeaders } from "../domain/endpoint-headers.ts";
import { checkEndpointUrl } from "../domain/endpoint-url.ts";
import { checkSubscription, type EventTypeNames } from "../domain/event-type.ts";
import { compileFilter } from "../domain/filter.ts";
import { pointerTo } from "../domain/json-pointer.ts";
import { checkSecret } from "../domain/secret.ts";
import { ALERT_EMAILS_MAX } from "../limits.ts";
import { canMail } from "../domain/mail.ts";
import { isMailAddress } from "../domain/mail-address.ts";
import { fieldError, invalidRequest, type FieldError } from "../errors.ts";
import type { CompiledFormat } from "../platforms.ts";
import type { OrganizationRow } from "../store/organizations.ts";
import type { EndpointContext } from "./context.ts";
import type { CustomHeaders } from "./headers.ts";

/** The settings that a wire format and the catalogue of an organization judge. */
export interface JudgedSettings {
  readonly url: string;
  readonly events: readonly string[];
  /** Content filter as decoded JSON; null for none. */
  readonly filter: unknown;
  readonly headers: CustomHeaders;
  /** Who hears of trouble with the endpoint. */
  readonly alertEmails: readonly string[];
}

type Installation = Pick<EndpointContext, "config" | "addressPolicy">;

/** The named wire format, or that of the organization's profile; throws `wire_format_unknown`. */
export function requireFormat(
  { platforms }: Pick<EndpointContext, "platforms">,
  organization: Pick<OrganizationRow, "profile">,
  name: string | undefined,
): CompiledFormat {
  const own = platforms.get(organization.profile).wireFormat;
  const format = name === undefined ? own : platforms.findFormat(name);
  if (!format) throw invalidRequest([fieldError("/wireFormat", "wire_format_unknown", own.id)]);
  return format;
}

/**
 * The URL in the form to store, or what is wrong with it by the rules of the wire format and of
 * this installation.
 */
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

/**
 * Judges the settings that are given. Answers the URL in the form to store; throws
 * `invalid_request` with everything that is wrong, `problems` of the caller's included.
 */
export function judgeSettings(
  installation: Installation,
  rules: {
    readonly format: CompiledFormat;
    readonly catalogue: EventTypeNames;
    readonly problems: readonly FieldError[];
  },
  { url, events, filter, headers, alertEmails }: Partial<JudgedSettings>,
): string | undefined {
  const { format, catalogue } = rules;
  const judged = url === undefined ? { url } : judgeUrl(installation, format, url);
  const problems = [
    ...("problem" in judged ? [judged.problem] : []),
    ...(events ? checkSubscription(events, catalogue) : []),
    ...filterProblems(filter ?? null),
    ...(headers ? headerProblems(format, headers) : []),
    ...(alertEmails ? alertProblems(installation.config, alertEmails) : []),
    ...rules.problems,
  ];
  if (problems.length > 0 || "problem" in judged) throw invalidRequest(problems);
  return judged.url;
}

/** What is wrong with a secret that somebody brings along. */
export function secretProblems(format: CompiledFormat, secret: string | undefined): FieldError[] {
  const problem = secret === undefined ? undefined : checkSecret(format, secret);
  return problem ? [problem] : [];
}

/**
 * Whether a format can sign with a secret that is there already. How people come by secrets and
 * what makes a usable key both differ from format to format; here only the second matters.
 */
export function canSignWith(format: CompiledFormat, secret: string): boolean {
  const supplied = "optional" as const;
  return checkSecret({ ...format, secret: { ...format.secret, supplied } }, secret) === undefined;
}

export function filterProblems(filter: unknown): FieldError[] {
  if (filter === null) return [];
  const compiled = compileFilter(filter);
  if (compiled.ok) return [];
  return compiled.problems.map((problem) => ({
    ...problem,
    pointer: `/filter${problem.pointer}`,
  }));
}

function alertProblems(
  config: EndpointContext["config"],
  addresses: readonly string[],
): FieldError[] {
  if (addresses.length === 0) return [];
  if (!canMail(config)) return [fieldError("/alertEmails", "mail_not_configured")];
  if (addresses.length > ALERT_EMAILS_MAX) return [fieldError("/alertEmails", "too_long")];
  return addresses.flatMap((address, index) =>
    isMailAddress(address) ? [] : [fieldError(`/alertEmails/${index}`, "mail_address_invalid")],
  );
}

function headerProblems({ headerNames }: CompiledFormat, headers: CustomHeaders): FieldError[] {
  const problems = checkEndpointHeaders(headers).map(({ name, code, message }): FieldError => ({
    pointer: name === null ? "/headers" : pointerTo("/headers", name),
    code,
    message,
  }));
  // What the format itself sends is not for customers to override, whatever its names are.
  const own = Object.keys(headers).filter((name) => headerNames.has(name.toLowerCase()));
  const known = new Set(problems.map(({ pointer }) => pointer));
  const more = own.map((name) => pointerTo("/headers", name)).filter((at) => !known.has(at));
  return [...problems, ...more.map((pointer) => fieldError(pointer, "header_not_allowed"))];
}
