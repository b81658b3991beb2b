import { verify, type WebhookFormat } from "@posthorn/sdk/webhooks";
import { parseJson } from "./json.ts";

interface Attempted {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly secrets: readonly string[];
  readonly now: number;
}

/** What most often breaks a signature, tried out: a cause is named only when undoing it verifies. */
export function likelyCause(format: WebhookFormat, input: Attempted): string | null {
  const text = input.body.toString("utf8");
  const json = parseJson(text);
  const bodies: readonly (readonly [cause: string, body: string | undefined])[] = [
    ["the body has a line end or blanks around it that were not signed", text.trim()],
    ["the signed body ends with a line end that is missing here", `${text}\n`],
    ["the body was parsed and written again with blanks", json && JSON.stringify(json.value)],
    ["the body begins with a byte order mark", text.replace(/^\ufeff/, "")],
  ];
  const found = bodies.find(
    ([, body]) => body !== undefined && body !== text && matches(format, { ...input, body }),
  );
  if (found) return found[0];
  const secrets = input.secrets.map((secret) => secret.trim());
  const isTrimmed = secrets.every((secret, index) => secret === input.secrets[index]);
  if (!isTrimmed && matches(format, { ...input, secrets })) {
    return "the secret has blanks or a line end around it";
  }
  return null;
}

function matches(
  format: WebhookFormat,
  { secrets, ...rest }: Omit<Attempted, "body"> & { readonly body: Uint8Array | string },
): boolean {
  return verify({ format, secret: secrets, ...rest }).ok;
}
