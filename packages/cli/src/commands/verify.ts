import { explainVerification, type Explanation } from "@posthorn/sdk/webhooks";
import type { Command } from "commander";
import { collectWhole, readBytes, readHeaders, readSecret } from "../argument.ts";
import { readCurl } from "../curl-command.ts";
import { examples } from "../examples.ts";
import { EXIT, usage } from "../failure.ts";
import { FORMAT_NAMES, readFormat } from "../format.ts";
import { likelyCause } from "../likely-cause.ts";
import type { Run, Session } from "../session.ts";
import { mark } from "../terminal.ts";

export function addVerify(program: Command, run: Run): void {
  program
    .command("verify")
    .description("check a signature without any server and say why it fails; then exit code 10")
    .option("--format <name>", `how the sender signs: ${FORMAT_NAMES}`, "standard")
    .requiredOption("--secret <secret>", "env:NAME, or - for stdin; repeatable", collectWhole)
    .option("--body <body>", "the raw body: @file, - for stdin, or text")
    .option("--header <header>", '"Name: value", repeatable', collectWhole)
    .option("--from-curl <command>", "both from a curl command: @file, - for stdin, or text")
    .option("--at <time>", "judge the age as of then: a time, or seconds since 1970 (now)")
    .addHelpText(
      "after",
      examples(
        "verify --format fanfare/guide --secret env:S --body @body.json --header 'X-Fanfare-Signature: t=…'",
        "verify --secret env:S --from-curl @request.sh --json",
      ),
    )
    .action(run(verify));
}

interface VerifyOptions {
  readonly format: string;
  readonly secret: readonly string[];
  readonly body?: string;
  readonly header?: readonly string[];
  readonly fromCurl?: string;
  readonly at?: string;
}

async function verify({ io, terminal }: Session, options: VerifyOptions): Promise<number> {
  const given = [...options.secret, options.body, options.fromCurl];
  if (given.filter((text) => text === "-").length > 1) {
    throw usage("Only one of secret, body and curl command can come from stdin.");
  }
  const format = readFormat(options.format);
  const { body, header } = await readRequest(io, options);
  const secrets: string[] = [];
  for (const text of options.secret) secrets.push(await readSecret(io, text));
  const now = options.at === undefined ? Date.now() : readTime(options.at);
  const input = { headers: readHeaders(header), body, secrets, now };
  const { verification, steps } = explained(() => explainVerification(format, input));
  const reason = verification.ok ? null : verification.reason;
  const cause = reason === "no_matching_signature" ? likelyCause(format, input) : null;
  terminal.show({
    json: JSON.stringify({ verified: verification.ok, reason, likelyCause: cause, steps }),
    quiet: reason ?? "verified",
    human() {
      terminal.line(
        mark(verification.ok),
        verification.ok ? "verified" : `not verified: ${reason}`,
      );
      for (const step of steps) terminal.line("", mark(step.ok), step.name, step.detail);
      if (cause !== null) terminal.line("  likely cause:", cause);
    },
  });
  return verification.ok ? EXIT.done : EXIT.failed;
}

async function readRequest(io: Session["io"], { body, header, fromCurl }: VerifyOptions) {
  if (fromCurl === undefined) {
    if (body !== undefined && header !== undefined)
      return { body: await readBytes(io, body), header };
    throw usage("Give --body and --header, or --from-curl.");
  }
  if (body !== undefined || header !== undefined) {
    throw usage("--from-curl has body and headers: give no others.");
  }
  const { headers, body: sent } = readCurl((await readBytes(io, fromCurl)).toString("utf8"));
  const bytes = sent?.isFile ? await readBytes(io, sent.text) : Buffer.from(sent?.text ?? "");
  return { body: bytes, header: headers };
}

/** A secret that cannot be one is the caller's mistake, and the SDK's message says which. */
function explained(explain: () => Explanation): Explanation {
  try {
    return explain();
  } catch (error) {
    if (error instanceof TypeError) throw usage(`${error.message}.`);
    throw error;
  }
}

function readTime(text: string): number {
  const time = /^\d{1,12}$/.test(text) ? Number(text) * 1_000 : Date.parse(text);
  if (Number.isNaN(time)) throw usage(`"${text}" is not a time such as 2026-11-21T09:00:00Z.`);
  return time;
}
