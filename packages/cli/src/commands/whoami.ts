import type { Command } from "commander";
import { examples } from "../examples.ts";
import { CliFailure, EXIT } from "../failure.ts";
import { isObject, listAt, member, textAt } from "../json.ts";
import type { Run, Session } from "../session.ts";

export function addWhoami(program: Command, run: Run): void {
  program
    .command("whoami")
    .description("show which server is meant, and who calls it; exit code 3 when it knows nobody")
    .addHelpText("after", examples("whoami", "whoami --context staging --json"))
    .action(run(whoami));
}

interface Identity {
  readonly kind: "person" | "operator_key" | "api_key";
  readonly name: string;
  readonly organizationId: string | null;
  readonly role: string | null;
  readonly organizations: readonly unknown[];
}

async function whoami(session: Session): Promise<void> {
  const { settings, terminal } = session;
  const { url, context } = settings;
  const identity = await identify(session);
  terminal.show({
    json: JSON.stringify({ url, context, ...identity }),
    quiet: identity.name,
    human() {
      terminal.fields([
        ["server", url],
        ["context", context],
        [identity.kind.replace("_", " "), identity.name],
        ["organization", identity.organizationId ?? settings.organizationId ?? ""],
        ["role", identity.role ?? ""],
      ]);
      for (const each of identity.organizations) {
        terminal.line("  also in", textAt(each, "id"), textAt(each, "name"), textAt(each, "role"));
      }
    },
  });
}

async function identify({ call, settings }: Session): Promise<Identity> {
  const key = settings.key ?? "";
  if (key.startsWith("phs_"))
    return toPerson((await call({ method: "GET", path: "/api/me" })).body);
  const isOperator = key.startsWith("pho_");
  const path = isOperator ? "/api/organizations" : "/api/event-types";
  await call({ method: "GET", path, ...(isOperator && { query: { limit: "1" } }) }).catch(
    (error: unknown) => {
      // A key that may not do this, or that must name its organization, is a known one all the same.
      const isKnown =
        error instanceof CliFailure &&
        (error.exitCode === EXIT.forbidden || error.exitCode === EXIT.refused);
      if (!isKnown) throw error;
    },
  );
  return {
    kind: isOperator ? "operator_key" : "api_key",
    name: `${key.slice(0, 8)}…${key.slice(-4)}`,
    organizationId: settings.organizationId ?? null,
    role: null,
    organizations: [],
  };
}

function toPerson(me: unknown): Identity {
  const place = member(me, "organization");
  const here = isObject(place) ? textAt(place, "id") : null;
  return {
    kind: "person",
    name: textAt(me, "user", "email") || textAt(me, "user", "name"),
    organizationId: here,
    role: textAt(place, "role") || null,
    organizations: listAt(me, "organizations").filter((each) => textAt(each, "id") !== here),
  };
}
