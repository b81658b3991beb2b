import type { Command } from "commander";
import { readJsonText } from "../argument.ts";
import { examples } from "../examples.ts";
import { EXIT } from "../failure.ts";
import { textAt } from "../json.ts";
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
    .addHelpText(
      "after",
      examples(
        "endpoints test ep_… --type order.created",
        "endpoints test ep_… --type order.created --data @order.json",
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
  { type, data }: { readonly type: string; readonly data?: string },
): Promise<number> {
  const eventType = JSON.stringify(type);
  const json = data === undefined ? undefined : await readJsonText(session.io, data);
  const body = `{"eventType":${eventType}${json === undefined ? "" : `,"data":${json}`}}`;
  return request(session, `${endpointPath(id)}/test`, body);
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
