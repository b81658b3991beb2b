import type { Command } from "commander";
import { readBytes } from "../argument.ts";
import { examples, group } from "../examples.ts";
import { usage } from "../failure.ts";
import { textAt } from "../json.ts";
import type { Run, Session } from "../session.ts";

const PATH = "/api/branding";

interface Options {
  readonly name?: string;
  readonly support?: string;
  readonly docs?: string;
  readonly accent?: string;
  readonly accentDark?: string;
  readonly logo?: string;
}

export function addBranding(program: Command, run: Run): void {
  const branding = group(
    program,
    "branding",
    "what customers' pages call the product, and who helps",
  );
  branding
    .command("get")
    .description("show the product's name, support contact, documentation, colours and logo")
    .addHelpText("after", examples("branding get", "branding get --json"))
    .action(run(get));
  branding
    .command("set")
    .description("change them, with an operator key; an empty text takes one away")
    .option("--name <text>", "what customers know the product as")
    .option("--support <contact>", "an e-mail address or the URL of a page, for notices and errors")
    .option("--docs <url>", "your own documentation")
    .option("--accent <colour>", "of buttons and links in the light theme, as #rrggbb")
    .option("--accent-dark <colour>", "the same in the dark theme")
    .option("--logo <file>", "a PNG, WebP or SVG of 64 kB at most, as @logo.svg or - for stdin")
    .addHelpText(
      "after",
      examples(
        'branding set --name "Acme Events" --support help@acme.example',
        'branding set --accent "#7a1fa2" --accent-dark "#d59be8" --logo @logo.svg',
      ),
    )
    .action(run(set));
}

async function get({ call, terminal }: Session): Promise<void> {
  show(terminal, await call({ method: "GET", path: PATH }));
}

async function set({ call, terminal, io }: Session, options: Options): Promise<void> {
  const asked = {
    productName: options.name,
    supportContact: options.support,
    docsUrl: options.docs,
    accentLight: options.accent,
    accentDark: options.accentDark,
    logo: options.logo && (await readBytes(io, options.logo)).toString("base64"),
  };
  const named = Object.entries(asked).filter(([, text]) => text !== undefined);
  if (named.length === 0) {
    throw usage(
      "Say what to change: --name, --support, --docs, --accent, --accent-dark or --logo.",
    );
  }
  const change = Object.fromEntries(named.map(([key, text]) => [key, text === "" ? null : text]));
  show(terminal, await call({ method: "PATCH", path: PATH, body: JSON.stringify(change) }));
}

function show(
  terminal: Session["terminal"],
  { text, body }: { readonly text: string; readonly body: unknown },
): void {
  terminal.show({
    json: text,
    quiet: textAt(body, "productName"),
    human: () =>
      terminal.fields([
        ["product name", textAt(body, "productName")],
        ["support contact", textAt(body, "supportContact")],
        ["documentation", textAt(body, "docsUrl")],
        ["accent, light", textAt(body, "accentLight")],
        ["accent, dark", textAt(body, "accentDark")],
        ["logo", textAt(body, "logoUrl")],
      ]),
  });
}
