import { open, type FileHandle } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import { objectPath } from "../argument.ts";
import { examples, group } from "../examples.ts";
import { isObject, listAt, textAt } from "../json.ts";
import type { Run, Session } from "../session.ts";
import { escapeControls } from "../terminal.ts";

export function addOrganizationExport(program: Command, run: Run): void {
  group(program, "orgs", "the operator's customers")
    .command("export <id>")
    .description("write down everything of an organization but its secrets, an object a line")
    .requiredOption("--to <file>", "a new file; - is stdout")
    .addHelpText(
      "after",
      examples(
        "orgs export org_… --to acme.ndjson --timeout 1h",
        "orgs export org_… --to - | gzip > acme.ndjson.gz",
      ),
    )
    .action(
      run(async (session: Session, id: string, { to }: { readonly to: string }) => {
        const counts = await exportOrganization(session, id, to);
        if (to === "-") return;
        const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
        session.terminal.show({
          json: JSON.stringify({ file: to, counts }),
          quiet: to,
          human: () => session.terminal.line(`${total} objects in ${to}`),
        });
      }),
    );
}

/** Lists of an organization, by the word that says what a line is. */
const LISTS: Readonly<Record<string, string>> = {
  webhook: "/api/webhooks",
  key: "/api/keys",
  inbox: "/api/inboxes",
  source: "/api/sources",
  event: "/api/events",
  delivery: "/api/deliveries",
  audit: "/api/audit-log",
};

/** What a row of a list leaves out. */
const MORE: Readonly<Record<string, (id: string) => string>> = {
  event: (id) => `/api/events/${id}`,
  delivery: (id) => `/api/deliveries/${id}/attempts`,
};

/** Answers how many lines of each kind were written. A file that is there already is left alone, and is a failure. */
export async function exportOrganization(
  session: Session,
  id: string,
  to: string,
): Promise<Readonly<Record<string, number>>> {
  const { io } = session;
  const file =
    to === "-" ? undefined : await open(resolve(io.folder ?? process.cwd(), to), "wx", 0o600);
  const counts: Record<string, number> = {};
  try {
    for await (const { kind, value } of everything(session, id)) {
      counts[kind] = (counts[kind] ?? 0) + 1;
      // What is written to stdout is looked at in a terminal, too.
      await write(session, file, `${escapeControls(JSON.stringify({ kind, ...value }))}\n`);
    }
    await file?.sync();
  } finally {
    await file?.close();
  }
  return counts;
}

async function write({ io }: Session, file: FileHandle | undefined, line: string): Promise<void> {
  if (file) await file.write(line);
  else io.stdout.write(line);
}

interface Line {
  readonly kind: string;
  readonly value: Readonly<Record<string, unknown>>;
}

async function* everything(session: Session, id: string): AsyncGenerator<Line> {
  const { call } = session;
  const path = objectPath("/api/organizations", "org", id);
  yield line("organization", (await call({ method: "GET", path })).body);
  for (const [kind, part] of [
    ["resource", "resources"],
    ["member", "members"],
    ["invitation", "invitations"],
  ] as const) {
    const { body } = await call({ method: "GET", path: `${path}/${part}` });
    for (const row of listAt(body, "data")) yield line(kind, row);
  }
  for (const kind of Object.keys(LISTS)) yield* rowsOf(session, kind, id);
}

async function* rowsOf({ call }: Session, kind: string, organizationId: string) {
  const path = LISTS[kind] ?? "";
  let cursor: string | undefined;
  do {
    const query = { organizationId, limit: "100", cursor };
    const { body } = await call({ method: "GET", path, query });
    for (const row of listAt(body, "data")) {
      const more = MORE[kind]?.(textAt(row, "id"));
      if (more === undefined) yield line(kind, row);
      else yield line(kind, row, (await call({ method: "GET", path: more })).body);
    }
    cursor = textAt(body, "nextCursor") || undefined;
  } while (cursor !== undefined);
}

/** An event's own answer replaces its row; a delivery's attempts stand in it. */
function line(kind: string, row: unknown, more?: unknown): Line {
  const value = isObject(row) ? row : {};
  if (!isObject(more)) return { kind, value };
  const attempts = more["data"];
  return { kind, value: kind === "delivery" ? { ...value, attempts } : { ...value, ...more } };
}
