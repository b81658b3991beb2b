import type * as z from "zod";
import { invalidRequest, type FieldError } from "../errors.ts";
import { FIELD_ERRORS, type FieldErrorCode } from "../field-errors.ts";

/** Which part of a request is read: it decides what an unknown name is called. */
export type Part = "params" | "query" | "body";

/** Parses with a schema; throws `invalid_request` with one entry per problem. Pointers are into that part. */
export function validate<S extends z.ZodType>(schema: S, value: unknown, part: Part): z.output<S> {
  // The input tells a missing field from one of the wrong type; it never gets into an answer.
  const parsed = schema.safeParse(value, { reportInput: true, error: sentenceOf });
  if (parsed.success) return parsed.data;
  throw invalidRequest(parsed.error.issues.flatMap((issue) => fieldErrors(issue, part)));
}

/** Lets a schema of ours answer with a code of the catalogue: `.refine(test, failWith("limit_invalid"))`. */
export function failWith(code: FieldErrorCode): {
  params: { code: FieldErrorCode };
  message: string;
} {
  return { params: { code }, message: FIELD_ERRORS[code] };
}

type Issue = z.core.$ZodIssue;

/** Where a schema says nothing of its own: the validator's words are about its types, for programmers. */
function sentenceOf(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined
        ? FIELD_ERRORS.required
        : `${unended(FIELD_ERRORS.invalid_type)}: ${issue.expected}.`;
    case "invalid_value":
      return `${unended(FIELD_ERRORS.invalid_value)}: ${issue.values.map(String).join(", ")}.`;
    case "too_small":
      return isLength(issue)
        ? `${unended(FIELD_ERRORS.too_short)}: at least ${issue.minimum}.`
        : `${unended(FIELD_ERRORS.too_small)}: ${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}.`;
    case "too_big":
      return isLength(issue)
        ? `${unended(FIELD_ERRORS.too_long)}: at most ${issue.maximum}.`
        : `${unended(FIELD_ERRORS.too_large)}: ${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum}.`;
    default:
      return undefined;
  }
}

function unended(sentence: string): string {
  return sentence.replace(/\.$/, "");
}

function isLength(issue: object): boolean {
  return "origin" in issue && issue.origin !== "number";
}

function fieldErrors(issue: Issue, part: Part): FieldError[] {
  const pointer = issue.path.map((key) => `/${escapePointer(String(key))}`).join("");
  if (issue.code === "unrecognized_keys") {
    const code = part === "body" ? "unknown_field" : "unknown_parameter";
    return issue.keys.map((key) => entry(`${pointer}/${escapePointer(key)}`, code));
  }
  return [entry(pointer, codeOf(issue), issue.code === "custom" ? undefined : issue.message)];
}

function entry(pointer: string, code: FieldErrorCode, message?: string): FieldError {
  return { pointer, code, message: message ?? FIELD_ERRORS[code] };
}

function codeOf(issue: Issue): FieldErrorCode {
  if (issue.code === "custom") {
    const code: unknown = issue.params?.["code"];
    return isFieldErrorCode(code) ? code : "invalid_value";
  }
  if (issue.code === "invalid_type") return issue.input === undefined ? "required" : "invalid_type";
  if (issue.code === "too_small") return isLength(issue) ? "too_short" : "too_small";
  if (issue.code === "too_big") return isLength(issue) ? "too_long" : "too_large";
  return "invalid_value";
}

function isFieldErrorCode(code: unknown): code is FieldErrorCode {
  return typeof code === "string" && Object.hasOwn(FIELD_ERRORS, code);
}

/** RFC 6901, section 3. */
function escapePointer(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}
