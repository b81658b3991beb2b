import type { Command } from "commander";
import { readJsonText } from "../argument.ts";
import { examples } from "../examples.ts";
import { EXIT } from "../failure.ts";
import { listAt, member, textAt } from "../json.ts";
import type { Run, Session } from "../session.ts";
import { mark } from "../terminal.ts";
import { endpointGroup, endpointPath } from "./endpoints.ts";

export function addEndpointSends(program: Command, run: Run): void {
  const endpoints = endpointGroup(program);
  endpoints
    .command("test <id>")
    .description("send a test event, signed as in production, once; exit code 10 when it fails")
    .requiredOption("--type <type>", "the event type")
    .option("--data <json>", "in place of the catalogue's example: JSON, @file, or - for stdin")
    .option(
      "--new-secret",
      "sign with the newest secret alone, to see whether the receiver knows it",
    )
    .option(
      "--dry-run",
      "show the request, and what the catalogue says about the data; send nothing",
    )
    .addHelpText(
      "after",
      examples(
        "endpoints test ep_… --type order.created",
        "endpoints test ep_… --type order.created --data @order.json --dry-run",
      ),
    )
    .action(run(test));
  endpoints
    .command("send <id>")
    .description("see whether an endpoint answers: small and unsigned; exit code 10 when not")
    .addHelpText("after", examples("endpoints send ep_…", "endpoints send ep_… --json"))
    .action(run((session, id: string) => request(session, `${endpointPath(id)}/send`)));
}

async function test(
  session: Session,
  id: string,
  options: {
    readonly type: string;
    readonly data?: string;
    readonly newSecret?: boolean;
    readonly dryRun?: boolean;
  },
): Promise<number> {
  const { type, data, newSecret, dryRun } = options;
  // The bytes of `data` as they were written: a parsed one would lose large numbers.
  const json = data === undefined ? undefined : await readJsonText(session.io, data);
  const parts = [
    `"eventType":${JSON.stringify(type)}`,
    ...(json === undefined ? [] : [`"data":${json}`]),
    ...(newSecret ? ['"signWith":"newest"'] : []),
  ];
  const body = `{${parts.join(",")}}`;
  if (dryRun) return preview(session, id, body);
  return request(session, `${endpointPath(id)}/test`, body);
}

/** The request as it would be sent, in the form that people know from `curl -v`. */
async function preview({ call, terminal }: Session, id: string, content: string): Promise<number> {
  const path = `${endpointPath(id)}/test/preview`;
  const { text, body } = await call({ method: "POST", path, body: content });
  const headers = member(body, "request", "headers");
  const problems = listAt(body, "problems");
  terminal.show({
    json: text,
    quiet: textAt(body, "request", "body"),
    human() {
      terminal.line(`POST ${textAt(body, "request", "url")}`);
      for (const [name, value] of Object.entries(headers ?? {})) terminal.line(`${name}: ${value}`);
      terminal.line("");
      terminal.line(textAt(body, "request", "body"));
      for (const problem of problems) {
        terminal.progress(`data${textAt(problem, "pointer")} ${textAt(problem, "message")}`);
      }
    },
  });
  return problems.length === 0 ? EXIT.done : EXIT.failed;
}

async function request({ call, terminal }: Session, path: string, content = "{}"): Promise<number> {
  const { text, body } = await call({ method: "POST", path, body: content });
  const isDelivered = textAt(body, "outcome") === "delivered";
  const answered = textAt(body, "responseStatus") || textAt(body, "outcome");
  terminal.show({
    json: text,
    quiet: answered,
    human() {
      terminal.line(mark(isDelivered), answered, `${textAt(body, "durationMs")} ms`);
      terminal.fields([
        ["delivery", textAt(body, "deliveryId")],
        ["error", textAt(body, "error", "message")],
      ]);
    },
  });
  return isDelivered ? EXIT.done : EXIT.failed;
}
