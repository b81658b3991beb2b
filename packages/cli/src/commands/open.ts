import type { Command } from "commander";
import { examples } from "../examples.ts";
import { usage } from "../failure.ts";
import type { Run, Session } from "../session.ts";

export function addOpen(program: Command, run: Run): void {
  program
    .command("open [id]")
    .description("show the page of an object, or the dashboard, in the browser")
    .addHelpText("after", examples("open ep_…", "open evt_… -q"))
    .action(run(open));
}

const ROOT = "/settings/integrations";

/** Where the dashboard shows each kind of object. */
const PAGES: Readonly<Record<string, (id: string) => string>> = {
  ep: (id) => `${ROOT}/webhooks/${id}`,
  key: (id) => `${ROOT}/api/${id}`,
  evt: (id) => `${ROOT}/events/${id}`,
  dlv: (id) => `${ROOT}/deliveries?delivery=${id}`,
  ibx: (id) => `${ROOT}/inbox/${id}`,
  src: (id) => `${ROOT}/sources/${id}`,
  org: (id) => `/operator/organizations/${id}`,
};

async function open({ io, settings, terminal }: Session, id: string | undefined): Promise<void> {
  const url = settings.url + pathOf(id);
  const isShown = !settings.quiet && !settings.json && ((await io.openPage?.(url)) ?? false);
  terminal.show({
    json: JSON.stringify({ url }),
    quiet: url,
    human: () => (isShown ? terminal.line(`The browser shows ${url}`) : terminal.line(url)),
  });
}

function pathOf(id: string | undefined): string {
  if (id === undefined) return ROOT;
  const [, prefix = ""] = /^([a-z]+)_[0-9a-z]{26}$/.exec(id) ?? [];
  const page = Object.hasOwn(PAGES, prefix) ? PAGES[prefix] : undefined;
  if (!page) throw usage(`There is no page for "${id}".`);
  return page(id);
}
