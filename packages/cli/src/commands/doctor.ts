import { existsSync } from "node:fs";
import type { Command } from "commander";
import { isExposed } from "../config-file.ts";
import { examples } from "../examples.ts";
import { CliFailure, EXIT } from "../failure.ts";
import { ownConfigPath } from "../setting-sources.ts";
import type { Run, Session } from "../session.ts";
import { mark } from "../terminal.ts";

export function addDoctor(program: Command, run: Run): void {
  program
    .command("doctor")
    .description(
      "check this machine and the server, say what is wrong; exit code 10 when something is",
    )
    .addHelpText("after", examples("doctor", "doctor --json"))
    .action(run(doctor));
}

interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** Receivers take five minutes; from here on people should know. */
const CLOCK_MS_MAX = 60_000;

async function doctor(session: Session): Promise<number> {
  const findings = [
    { check: "Node", ok: true, detail: process.version },
    checkFile(session),
    ...(await checkServer(session)),
    await checkKey(session),
  ];
  const { terminal } = session;
  terminal.show({
    json: JSON.stringify({ data: findings }),
    quiet: findings.filter(({ ok }) => !ok).map(({ check }) => check),
    human() {
      for (const { check, ok, detail } of findings)
        terminal.line(mark(ok), check.padEnd(10), detail);
    },
  });
  return findings.every(({ ok }) => ok) ? EXIT.done : EXIT.failed;
}

function checkFile({ io }: Session): Finding {
  const path = ownConfigPath(io.env);
  const check = "settings";
  if (path === undefined) return { check, ok: true, detail: "no home, so no file" };
  if (!existsSync(path)) return { check, ok: true, detail: `${path} is not there, nor has to be` };
  if (!isExposed(path)) return { check, ok: true, detail: path };
  return { check, ok: false, detail: `others can read ${path}: chmod 600 it` };
}

async function checkServer({ io, settings, signal }: Session): Promise<Finding[]> {
  const { url } = settings;
  try {
    const askedAt = Date.now();
    const response = await io.fetch(`${url}/readyz`, { signal });
    const text = await response.text();
    const server = { check: "server", ok: response.ok, detail: `${url} ${text.slice(0, 200)}` };
    const told = Date.parse(response.headers.get("date") ?? "");
    if (Number.isNaN(told)) return [server];
    // The header has whole seconds.
    const offMs = Math.max(0, Math.abs((askedAt + Date.now()) / 2 - told) - 1_000);
    const ok = offMs <= CLOCK_MS_MAX;
    const detail = ok
      ? "agrees with the server's"
      : `${Math.round(offMs / 1000)} s off the server's`;
    return [server, { check: "clock", ok, detail }];
  } catch (error) {
    if (signal.aborted) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return [{ check: "server", ok: false, detail: `${url} cannot be reached: ${reason}` }];
  }
}

async function checkKey({ call, settings }: Session): Promise<Finding> {
  const check = "key";
  if (settings.key === undefined) {
    return { check, ok: false, detail: "there is none: run posthorn login" };
  }
  const known = `${settings.key.slice(0, 8)}… of ${settings.keyPlace} is known`;
  const path = settings.key.startsWith("phs_") ? "/api/me" : "/api/event-types";
  try {
    await call({ method: "GET", path, actsForOne: true });
    return { check, ok: true, detail: known };
  } catch (error) {
    if (!(error instanceof CliFailure)) throw error;
    // Known, but not allowed to read the catalogue, or of several organizations.
    const isKnown = error.exitCode === EXIT.forbidden || error.exitCode === EXIT.refused;
    return {
      check,
      ok: isKnown,
      detail: isKnown ? known : `${error.message} It is from ${settings.keyPlace}.`,
    };
  }
}
