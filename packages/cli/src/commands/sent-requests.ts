import type { Command } from "commander";
import { objectPath } from "../argument.ts";
import { examples, group } from "../examples.ts";
import { usage } from "../failure.ts";
import { isObject, listAt, member, textAt } from "../json.ts";
import type { Run, Session } from "../session.ts";
import type { Terminal } from "../terminal.ts";

export function addSentRequests(program: Command, run: Run): void {
  group(program, "deliveries", "one event for one endpoint, with its attempts")
    .command("request <id> [attempt]")
    .description("show the bytes that an attempt sent, and the text that its signature covers")
    .addHelpText(
      "after",
      examples("deliveries request dlv_… 1", "deliveries request dlv_… -q > body.json"),
    )
    .action(run(show));
}

async function show(session: Session, id: string, attempt: string | undefined): Promise<void> {
  const { call, terminal } = session;
  const path = objectPath("/api/deliveries", "dlv", id);
  const number = attempt === undefined ? await findLatest(session, path) : readNumber(attempt);
  const answer = await call({ method: "GET", path: `${path}/attempts/${number}/request` });
  terminal.show({
    json: answer.text,
    quiet: textAt(answer.body, "body"),
    human: () => showRequest(terminal, answer.body),
  });
}

function readNumber(text: string): string {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw usage(`"${text}" is not the number of an attempt.`);
  return text;
}

/** Without a number the latest attempt is meant. */
async function findLatest({ call }: Session, path: string): Promise<string> {
  const { body } = await call({ method: "GET", path: `${path}/attempts` });
  const numbers = listAt(body, "data").map((each) => Number(member(each, "number")));
  return String(Math.max(1, ...numbers));
}

function showRequest(terminal: Terminal, request: unknown): void {
  terminal.line(textAt(request, "method"), textAt(request, "url"));
  const headers = member(request, "headers");
  for (const [name, value] of Object.entries(isObject(headers) ? headers : {})) {
    terminal.line(`${name}: ${String(value)}`);
  }
  terminal.block(`\n${textAt(request, "body")}\n`);
  terminal.fields([
    ["bytes", textAt(request, "bytes")],
    ["body shown as", textAt(request, "bodyEncoding").replace("utf8", "")],
    ["signature", textAt(request, "signature", "scheme")],
    ["of", textAt(request, "signature", "content")],
    ["signed text", textAt(request, "signature", "signedText")],
  ]);
}
