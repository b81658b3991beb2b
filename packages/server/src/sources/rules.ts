import type { EventTypeNames } from "../domain/event-type.ts";
import { isEventType } from "../domain/event-fields.ts";
import { pointerTo } from "../domain/json-pointer.ts";
import { isOperationalType } from "../domain/operational-event.ts";
import { isKnownType, type Mapping } from "../domain/receipt-event.ts";
import { checkSourceSecret } from "../domain/source-secret.ts";
import { isSourceType, type Provider, type Scheme } from "../domain/source.ts";
import { fieldError, invalidRequest, type FieldError } from "../errors.ts";
import { schemeProblems } from "./verify.ts";

/** The settings of a source that have rules of their own. */
export interface JudgedSource {
  readonly provider: Provider;
  readonly scheme: Scheme | null;
  readonly mapping: Mapping | null;
  /** Undefined when none is given. */
  readonly secret: string | undefined;
}

export interface SourceRules {
  readonly catalogue: EventTypeNames;
  /** Whether the caller may publish events: what a mapping of theirs says is then no more than they may say anyway. */
  readonly mayPublish: boolean;
}

/** Throws `invalid_request` with everything that is wrong. */
export function judgeSource(source: JudgedSource, rules: SourceRules): void {
  const { provider, scheme, mapping, secret } = source;
  const problems = [
    ...judgeScheme(provider, scheme),
    ...Object.entries(mapping ?? {}).flatMap(([type, own]) =>
      own === null ? [] : judgeTarget(pointerTo("/mapping", type), own, rules),
    ),
    ...(secret === undefined ? [] : [checkSourceSecret({ provider, scheme }, secret) ?? []].flat()),
  ];
  if (problems.length > 0) throw invalidRequest(problems);
}

/**
 * Whoever knows the secret of a source says what has happened there. Throws `invalid_request` when its mapping makes
 * types of a closed catalogue and the caller could not publish these.
 */
export function requireSay(mapping: Mapping | null, rules: SourceRules): void {
  const problems = Object.entries(mapping ?? {}).flatMap(([type, own]) =>
    own !== null && isProducts(own, rules)
      ? [fieldError(pointerTo("/mapping", type), "type_not_allowed")]
      : [],
  );
  if (problems.length > 0) throw invalidRequest(problems);
}

function judgeScheme(provider: Provider, scheme: Scheme | null): FieldError[] {
  if (provider !== "generic") {
    return scheme === null ? [] : [fieldError("/scheme", "hmac_not_allowed")];
  }
  if (scheme === null) return [fieldError("/scheme", "hmac_required")];
  return schemeProblems(scheme).map((sentence) => ({
    pointer: "/scheme",
    code: "hmac_invalid",
    message: `${sentence[0]?.toUpperCase() ?? ""}${sentence.slice(1)}.`,
  }));
}

/**
 * The types of a closed catalogue are what the product says has happened; a person who could map to them could say it
 * in its name.
 */
function judgeTarget(pointer: string, type: string, rules: SourceRules): FieldError[] {
  if (!isEventType(type)) return [fieldError(pointer, "type_invalid")];
  if (isOperationalType(type)) return [fieldError(pointer, "type_reserved")];
  if (!isKnownType(type, rules.catalogue)) return [fieldError(pointer, "type_unknown")];
  return isProducts(type, rules) ? [fieldError(pointer, "type_not_allowed")] : [];
}

function isProducts(type: string, { catalogue, mayPublish }: SourceRules): boolean {
  return !mayPublish && !catalogue.open && !isSourceType(type);
}
