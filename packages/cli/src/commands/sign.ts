import { randomUUID } from "node:crypto";
import { compileSignature, sign, signatureKey, type WebhookFormat } from "@posthorn/sdk/webhooks";
import type { Command } from "commander";
import { readBytes, readSecret } from "../argument.ts";
import { examples } from "../examples.ts";
import { usage } from "../failure.ts";
import { FORMAT_NAMES, readFormat } from "../format.ts";
import type { Run, Session } from "../session.ts";
import { quoted } from "../shell-word.ts";

export function addSign(program: Command, run: Run): void {
  program
    .command("sign")
    .description("sign a body without any server, for tests of a receiver")
    .option("--format <name>", `how to sign: ${FORMAT_NAMES}`, "standard")
    .requiredOption("--secret <secret>", "env:NAME, or - for stdin")
    .requiredOption("--body <body>", "the raw body: @file, - for stdin, or text")
    .option("--id <text>", "where the format signs one (a new one)")
    .option("--timestamp <seconds>", "seconds since 1970 (now)")
    .option("--curl <url>", "print a curl command that sends it there")
    .addHelpText(
      "after",
      examples(
        "sign --format fanfare/guide --secret env:S --body @body.json",
        "sign --secret env:S --body '{}' --curl http://127.0.0.1:3000/webhooks",
      ),
    )
    .action(run(signBody));
}

interface SignOptions {
  readonly format: string;
  readonly secret: string;
  readonly body: string;
  readonly id?: string;
  readonly timestamp?: string;
  readonly curl?: string;
}

async function signBody({ io, terminal }: Session, options: SignOptions): Promise<void> {
  const { secret, curl, timestamp: given } = options;
  if (secret === "-" && options.body === "-") {
    throw usage("Only one of secret and body can come from stdin.");
  }
  if (given !== undefined && !/^\d{1,12}$/.test(given)) {
    throw usage(`"${given}" is not a number of seconds.`);
  }
  const format = readFormat(options.format);
  const body = await readBytes(io, options.body);
  const headers = signedHeaders(format, {
    secret: await readSecret(io, secret),
    body,
    id: options.id ?? `msg_${randomUUID().replaceAll("-", "")}`,
    timestamp: given === undefined ? Math.floor(Date.now() / 1_000) : Number(given),
  });
  const command = curl === undefined ? null : curlCommand(curl, headers, options.body);
  terminal.show({
    json: JSON.stringify({ headers, curl: command }),
    quiet: headers[format.headers.signature] ?? "",
    human() {
      if (command !== null) return terminal.own(command);
      for (const [name, value] of Object.entries(headers)) terminal.line(`${name}: ${value}`);
    },
  });
}

function signedHeaders(
  format: WebhookFormat,
  input: { secret: string; body: Buffer; id: string; timestamp: number },
): Record<string, string> {
  const { headers: names, signature: template } = format;
  const { id, timestamp, body } = input;
  const signature = compileSignature(template);
  const keys = [keyOf(format, input.secret)];
  const { signsId, signsTimestamp, timestampItem } = signature;
  const hasTimeHeader = signsTimestamp && timestampItem === undefined;
  return {
    ...(signsId && names.id ? { [names.id]: id } : {}),
    ...(hasTimeHeader && names.timestamp ? { [names.timestamp]: String(timestamp) } : {}),
    [names.signature]: sign(signature, { keys, id, timestamp, body }),
  };
}

function keyOf({ signature }: WebhookFormat, secret: string) {
  try {
    return signatureKey(signature, secret);
  } catch (error) {
    if (error instanceof TypeError) throw usage(`${error.message}.`);
    throw error;
  }
}

/** A file or stdin stays what it is, so that the very same bytes are sent. */
function curlCommand(url: string, headers: Record<string, string>, body: string): string {
  const data = body === "-" ? "@-" : body;
  return [
    `curl -X POST ${quoted(url)}`,
    ...Object.entries({ "content-type": "application/json", ...headers }).map(
      ([name, value]) => `-H ${quoted(`${name}: ${value}`)}`,
    ),
    `--data-binary ${quoted(data)}`,
  ].join(" ");
}
