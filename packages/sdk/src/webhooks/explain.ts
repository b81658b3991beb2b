import type { WebhookFormat, WebhookFormatName } from "./formats.ts";
import type { HeaderBag } from "./headers.ts";
import { inspect, type Inspection, type Received, type Verification } from "./inspect.ts";
import { renderText, type Signature } from "./template.ts";
import { inspectTwilio, TWILIO_HEADER } from "./twilio.ts";
import { prepare } from "./verify.ts";

/** One step of a verification, for people who look for the reason of a refusal. */
export interface VerificationStep {
  readonly name: "body" | "header" | "timestamp" | "content" | "signature";
  readonly ok: boolean;
  /** One sentence, at most some hundred characters. */
  readonly detail: string;
}

export interface Explanation {
  readonly verification: Verification;
  /** In the order of the work; the last one is the step that refused, if any did. */
  readonly steps: readonly VerificationStep[];
}

export interface ExplainInput {
  readonly headers: HeaderBag;
  readonly body: Uint8Array | string;
  readonly secrets: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Needed for `twilio`, as for `verify`. */
  readonly url?: string;
}

const SHOWN_LENGTH_MAX = 300;

/**
 * Verifies as `verify` does and tells what was found, step by step. Shows expected signatures, so its answer is for
 * those who may know the secret. Never throws for what a request contains.
 */
export function explainVerification(
  format: WebhookFormatName | "twilio" | WebhookFormat,
  { headers, body, secrets, now, url = "" }: ExplainInput,
): Explanation {
  if (format === "twilio") return explainTwilio({ headers, body, secrets, url });
  const { signature, names, keys } = prepare(format, { secret: secrets, headers });
  const { toleranceSeconds } = signature.template;
  const inspection = inspect({ signature, names, headers, body, keys, now, toleranceSeconds });
  const steps = [
    bodyStep(inspection),
    headerStep(inspection, names.signature),
    timestampStep(inspection, toleranceSeconds),
    contentStep(inspection, signature, body),
    signatureStep(inspection),
  ];
  return {
    verification: inspection.verification,
    steps: steps.filter((step) => step !== undefined),
  };
}

function explainTwilio(input: Omit<ExplainInput, "now"> & { readonly url: string }): Explanation {
  const inspection = inspectTwilio(input);
  const { received, expected, verification } = inspection;
  const signed = `Signed: ${shown(input.url, input.url.length)} and the fields of a form after it`;
  const unbound =
    "Nothing binds this body: it is no form, and bodySHA256 in the query is not its hash.";
  const content: VerificationStep | undefined = received && {
    name: "content",
    ok: expected !== undefined,
    detail: expected === undefined ? unbound : `${signed}.`,
  };
  const steps = [
    bodyStep(inspection),
    headerStep(inspection, TWILIO_HEADER),
    timestampStep(inspection, 0),
    content,
    // One spelling of the address is enough for people; the others differ in the port and in encoding.
    signatureStep({ ...inspection, ...(expected && { expected: expected.slice(0, 1) }) }),
  ];
  return { verification, steps: steps.filter((step) => step !== undefined) };
}

function bodyStep({ verification }: Inspection): VerificationStep | undefined {
  if (verification.ok || verification.reason !== "body_already_parsed") return undefined;
  const detail = "The body is not raw: a parser has read it before the signature was checked.";
  return { name: "body", ok: false, detail };
}

function headerStep(inspection: Inspection, name: string): VerificationStep | undefined {
  const { verification, headerName, received } = inspection;
  if (received !== undefined) {
    const count = received.signatures.length;
    const found = count === 1 ? "1 signature" : `${count} signatures`;
    return { name: "header", ok: true, detail: `${name} was read and has ${found}.` };
  }
  if (verification.ok || headerName === undefined) return undefined;
  const missing = verification.reason === "missing_header";
  const detail = missing
    ? `The header ${headerName} is missing.`
    : `The header ${headerName} does not have the form that this format demands.`;
  return { name: "header", ok: false, detail };
}

function timestampStep(
  { verification, received, ageSeconds }: Inspection,
  toleranceSeconds: number,
): VerificationStep | undefined {
  if (received === undefined) return undefined;
  if (ageSeconds === undefined) {
    const detail = "This format signs no timestamp: a recorded request could be sent again.";
    return { name: "timestamp", ok: true, detail };
  }
  const late = !verification.ok && verification.reason.startsWith("timestamp_");
  const distance = `${Math.abs(ageSeconds)} s in the ${ageSeconds < 0 ? "future" : "past"}`;
  const detail = `${received.time} is ${distance}; ${toleranceSeconds} s are accepted.`;
  return { name: "timestamp", ok: !late, detail };
}

function contentStep(
  { received, expected }: Inspection,
  signature: Signature,
  body: Uint8Array | string,
): VerificationStep | undefined {
  if (received === undefined || expected === undefined) return undefined;
  const detail = `Signed: ${signedContent(signature, received, body)}`;
  return { name: "content", ok: true, detail };
}

function signedContent(
  signature: Signature,
  { id, time }: Received,
  body: Uint8Array | string,
): string {
  // Cut before decoding: a page must not hold the whole of a large body as text once more.
  const start = body.slice(0, SHOWN_LENGTH_MAX);
  const text = typeof start === "string" ? start : Buffer.from(start).toString("utf8");
  const before = renderText(signature.beforeBody, id, time);
  return shown(before + text + renderText(signature.afterBody, id, time), body.length);
}

function signatureStep({
  verification,
  received,
  expected,
}: Inspection): VerificationStep | undefined {
  if (received === undefined || expected === undefined) return undefined;
  const given = received.signatures.map((text) => shown(text, text.length)).slice(0, 4);
  const detail = `Expected ${expected.join(" or ")}; received ${given.join(" and ")}.`;
  return { name: "signature", ok: verification.ok, detail };
}

function shown(text: string, length: number): string {
  const cut = text.length > SHOWN_LENGTH_MAX || length > SHOWN_LENGTH_MAX;
  return cut ? `${text.slice(0, SHOWN_LENGTH_MAX)}…` : text;
}
