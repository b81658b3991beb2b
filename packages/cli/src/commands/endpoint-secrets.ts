import type { Command } from "commander";
import { readSecret } from "../argument.ts";
import { examples } from "../examples.ts";
import { usage } from "../failure.ts";
import { textAt } from "../json.ts";
import { confirm, type Run, type Session } from "../session.ts";
import { endpointGroup, endpointPath, showEndpoint } from "./endpoints.ts";

export function addEndpointSecrets(program: Command, run: Run): void {
  const endpoints = endpointGroup(program);
  endpoints
    .command("secret <id>")
    .description("show the signing secret; each time is logged")
    .addHelpText("after", examples("endpoints secret ep_…", "endpoints secret ep_… --json"))
    .action(run(reveal));
  endpoints
    .command("roll-secret <id>")
    .description("give an endpoint a new signing secret")
    .option("--grace <time>", "how long the old one signs too, such as 24h; 0s ends it now")
    .option("--secret <secret>", "one of your own: env:NAME, or - for stdin")
    .option("--yes", "do not ask")
    .addHelpText(
      "after",
      examples(
        "endpoints roll-secret ep_… --grace 24h",
        "endpoints roll-secret ep_… --grace 0s --yes -q",
      ),
    )
    .action(run(roll));
  endpoints
    .command("promote-secret <id>")
    .description("let the staged secret sign from now on; the old one ends")
    .option("--yes", "do not ask")
    .addHelpText(
      "after",
      examples("endpoints promote-secret ep_…", "endpoints promote-secret ep_… --yes"),
    )
    .action(run(promote));
  endpoints
    .command("overlap <id>")
    .description("end the overlap of a rolled secret, or move its end")
    .option("--for <time>", "how long the old secret signs on from now, such as 24h")
    .option("--end", "let it end now")
    .addHelpText(
      "after",
      examples("endpoints overlap ep_… --end", "endpoints overlap ep_… --for 24h"),
    )
    .action(run(overlap));
}

const PROMOTION = "it signs after posthorn endpoints promote-secret";

async function reveal({ call, terminal }: Session, id: string): Promise<void> {
  const { text, body } = await call({ method: "GET", path: `${endpointPath(id)}/secret` });
  const secret = textAt(body, "secret");
  terminal.show({
    json: text,
    quiet: secret,
    human() {
      terminal.line(secret);
      const next = textAt(body, "nextSecret");
      if (next !== "") terminal.line(next, `(staged: ${PROMOTION})`);
    },
  });
}

interface RollOptions {
  readonly grace?: string;
  readonly secret?: string;
  readonly yes?: boolean;
}

async function roll(session: Session, id: string, options: RollOptions): Promise<void> {
  const { call, terminal, io } = session;
  const { grace, secret, yes } = options;
  const path = `${endpointPath(id)}/roll-secret`;
  await confirm(session, { yes, question: `Give ${id} a new signing secret?` });
  const own = secret === undefined ? undefined : await readSecret(io, secret);
  const request = JSON.stringify({ previousExpiresIn: grace, secret: own });
  const { text, body } = await call({ method: "POST", path, body: request });
  const until = textAt(body, "previousSecretExpiresAt");
  terminal.show({
    json: text,
    quiet: textAt(body, "secret"),
    human() {
      terminal.line(textAt(body, "secret"));
      const mode = textAt(body, "mode");
      if (mode === "staged") terminal.progress(`Staged: ${PROMOTION}.`);
      else if (until !== "") terminal.progress(`The old secret signs too until ${until}.`);
      else terminal.progress("The old secret signs nothing any more.");
    },
  });
}

async function promote(
  session: Session,
  id: string,
  { yes }: { readonly yes?: boolean },
): Promise<void> {
  const { call, terminal } = session;
  const path = `${endpointPath(id)}/secret/promote`;
  const question = `Let the staged secret of ${id} sign, and end the old one?`;
  await confirm(session, { yes, question });
  const { text, body } = await call({ method: "POST", path });
  terminal.show({ json: text, quiet: id, human: () => showEndpoint(terminal, body) });
}

async function overlap(
  { call, terminal }: Session,
  id: string,
  options: { readonly for?: string; readonly end?: boolean },
): Promise<void> {
  const previousExpiresIn = options.end ? "0s" : options.for;
  if (previousExpiresIn === undefined) throw usage("Give --end or --for <time>.");
  const path = `${endpointPath(id)}/secret/overlap`;
  const request = JSON.stringify({ previousExpiresIn });
  const { text, body } = await call({ method: "POST", path, body: request });
  const until = textAt(body, "previousSecretExpiresAt");
  terminal.show({
    json: text,
    quiet: until,
    human() {
      if (until === "") terminal.line("The old secret signs nothing any more.");
      else terminal.line(`The old secret signs too until ${until}.`);
    },
  });
}
