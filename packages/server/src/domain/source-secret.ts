import type { FieldProblem } from "./problem.ts";
import type { Provider, Scheme } from "./source.ts";

export type SourceSecretProblem = FieldProblem<"source_secret_invalid">;

const PRINTABLE = /^(?! )[\p{L}\p{M}\p{N}\p{P}\p{S} ]{8,256}(?<! )$/u;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const STANDARD_BYTES_MIN = 24;
const STANDARD_BYTES_MAX = 64;
const PREFIX = "whsec_";

/**
 * What is wrong with a secret for a provider; undefined when nothing is. Found here and not at the first request: then
 * the provider would be told "signature invalid", and nobody why. Never shows the secret.
 */
export function checkSourceSecret(
  { provider, scheme }: { readonly provider: Provider; readonly scheme: Scheme | null },
  secret: string,
): SourceSecretProblem | undefined {
  switch (provider) {
    case "stripe":
      return checkStripe(secret);
    case "twilio":
      return checkTwilio(secret);
    case "resend":
      return checkStandard(
        secret,
        "Resend's signing secret is whsec_ and base64, which is decoded: copy all of it from the page of the webhook. A secret of Stripe's looks alike and is something else.",
      );
    case "standard":
      return checkStandard(secret, "A secret is whsec_ and the base64 of 24 to 64 bytes.");
    case "github":
      return checkText(secret);
    case "generic":
      return scheme?.secretEncoding === "base64" ? checkBase64(secret) : checkText(secret);
  }
}

/** A secret of our making from 32 random bytes, for those who let us. */
export function makeSourceSecret(
  { provider, scheme }: { readonly provider: Provider; readonly scheme: Scheme | null },
  bytes: Buffer,
): string {
  if (provider === "standard") return PREFIX + bytes.toString("base64");
  return bytes.toString(scheme?.secretEncoding === "base64" ? "base64" : "base64url");
}

function checkStripe(secret: string): SourceSecretProblem | undefined {
  if (/^(sk|rk|pk)_/.test(secret)) {
    return problem(
      "This is an API key of Stripe's. The signing secret of the webhook begins with whsec_.",
    );
  }
  if (/^whsec_[\x21-\x7e]{8,250}$/.test(secret)) return undefined;
  return problem("Stripe's signing secret begins with whsec_; it is on the page of the webhook.");
}

function checkTwilio(secret: string): SourceSecretProblem | undefined {
  if (/^(AC|SK)/.test(secret)) {
    return problem(
      "This names an account or a key of Twilio's. Webhooks are signed with the auth token.",
    );
  }
  if (/^[0-9a-f]{32}$/.test(secret)) return undefined;
  return problem("Twilio's auth token has 32 characters, 0-9 and a-f.");
}

function checkStandard(secret: string, message: string): SourceSecretProblem | undefined {
  const encoded = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : "";
  const length = BASE64.test(encoded) ? Buffer.byteLength(encoded, "base64") : 0;
  return length >= STANDARD_BYTES_MIN && length <= STANDARD_BYTES_MAX
    ? undefined
    : problem(message);
}

function checkText(secret: string): SourceSecretProblem | undefined {
  if (PRINTABLE.test(secret)) return undefined;
  return problem("A secret has 8 to 256 printable characters and no space at its ends.");
}

function checkBase64(secret: string): SourceSecretProblem | undefined {
  if (secret.length <= 512 && BASE64.test(secret) && Buffer.byteLength(secret, "base64") >= 8) {
    return undefined;
  }
  return problem("With `secretEncoding` base64 a secret is the base64 of at least 8 bytes.");
}

function problem(message: string): SourceSecretProblem {
  return { pointer: "/secret", code: "source_secret_invalid", message };
}
