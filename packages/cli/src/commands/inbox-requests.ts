import type { Command } from "commander";
import { objectPath } from "../argument.ts";
import { examples } from "../examples.ts";
import { isObject, listAt, member, textAt } from "../json.ts";
import type { Run, Session } from "../session.ts";
import { mark, type Terminal } from "../terminal.ts";
import { inboxGroup, inboxPath, signaturePart } from "./inboxes.ts";

export function addInboxRequests(program: Command, run: Run): void {
  inboxGroup(program)
    .command("request <id> <request-id>")
    .description("show one request: headers, the raw body, and its signature check step by step")
    .addHelpText(
      "after",
      examples("inbox request ibx_… ibr_…", "inbox request ibx_… ibr_… -q > body.json"),
    )
    .action(run(show));
}

async function show({ call, terminal }: Session, id: string, requestId: string): Promise<void> {
  const path = objectPath(`${inboxPath(id)}/requests`, "ibr", requestId);
  const { text, body } = await call({ method: "GET", path });
  terminal.show({
    json: text,
    quiet: textAt(body, "body"),
    human: () => showRequest(terminal, body),
  });
}

function showRequest(terminal: Terminal, request: unknown): void {
  const verification = member(request, "verification");
  terminal.fields([
    ["id", textAt(request, "id")],
    ["number", textAt(request, "number")],
    ["received", textAt(request, "receivedAt")],
    ["answered", textAt(request, "answeredStatus")],
    ["duplicate of", textAt(request, "duplicateOf")],
    ["signature", signaturePart(request)],
    ["not checked", textAt(request, "unverifiedReason")],
    ["endpoint", textAt(verification, "endpointId")],
    ["format", textAt(verification, "wireFormat")],
  ]);
  for (const step of listAt(verification, "steps")) {
    terminal.line(mark(member(step, "ok") === true), textAt(step, "name"), textAt(step, "detail"));
  }
  terminal.block(`\n${textAt(request, "method")} ${textAt(request, "path")}`);
  const headers = member(request, "headers");
  for (const [name, value] of Object.entries(isObject(headers) ? headers : {})) {
    terminal.line(`${name}: ${String(value)}`);
  }
  terminal.block(`\n${textAt(request, "body")}`);
}
