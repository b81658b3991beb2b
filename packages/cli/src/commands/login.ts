import { hostname } from "node:os";
import type { Command } from "commander";
import { readBytes } from "../argument.ts";
import { isExposed, writeSection, type ConfigSection } from "../config-file.ts";
import { examples } from "../examples.ts";
import { CliFailure, EXIT, usage } from "../failure.ts";
import { textAt } from "../json.ts";
import { serverPauseMs } from "../server-pause.ts";
import { pause, type Run, type Session } from "../session.ts";
import { ownConfigPath } from "../setting-sources.ts";
import type { GlobalOptions } from "../settings.ts";
import { shellWord } from "../shell-word.ts";
import { escapeControls } from "../terminal.ts";

export function addLogin(program: Command, run: Run): void {
  program
    .command("login")
    .description("sign in: approve a code in the browser, or store a key: --key - reads stdin")
    .option("--non-interactive", "print what a person must open, as JSON, and end")
    .option("--complete <code>", "pick up what --non-interactive began: its device_code")
    .addHelpText(
      "after",
      examples("login --url https://hooks.example.com", "login --key - < key.txt"),
    )
    .action(run(login, { isEndless: true }));
  program
    .command("logout")
    .description("end the session and forget the key of this context")
    .addHelpText("after", examples("logout", "logout --context staging"))
    .action(run(logout));
}

interface LoginOptions {
  readonly nonInteractive?: boolean;
  readonly complete?: string;
}

async function login(session: Session, options: LoginOptions, command: Command): Promise<void> {
  configPath(session);
  // As it was given: `env:NAME` is kept, and not what it stands for.
  const { key } = command.optsWithGlobals<GlobalOptions>();
  if (key !== undefined) return storeKey(session, key);
  if (options.complete !== undefined) {
    return keep(session, await pickUp(session, { deviceCode: options.complete, waitMs: 2_000 }));
  }
  const body = JSON.stringify({ name: `posthorn on ${hostname()}`.slice(0, 100) });
  const begun = await session.call({
    method: "POST",
    path: "/api/device-logins",
    body,
    isPublic: true,
  });
  if (options.nonInteractive) return showNextStep(session, begun.body);
  const { terminal } = session;
  const deviceCode = readDeviceCode(begun.body);
  const page = readPage(begun.body);
  terminal.progress(`Your code is ${textAt(begun.body, "userCode")}; it must be the same there.`);
  const isShown = await openOwnPage(session, page);
  terminal.progress(isShown ? `The browser shows ${page.href}` : `Open ${page.href}`);
  const waitMs = serverPauseMs(Number(textAt(begun.body, "intervalSeconds")) * 1_000);
  await keep(session, await pickUp(session, { deviceCode, waitMs }));
}

/** A page on another machine than the one that was asked is for the person to look at first. */
async function openOwnPage({ io, settings }: Session, page: URL): Promise<boolean> {
  if (io.stdout.isTTY !== true || page.origin !== new URL(settings.url).origin) return false;
  return (await io.openPage?.(page.href)) ?? false;
}

/** Throws for what is not of the web: the program that opens pages would open a file or a share of the network, too. */
function readPage(begun: unknown): URL {
  const page = URL.parse(textAt(begun, "verificationUrlComplete"));
  if (page && /^https?:$/.test(page.protocol)) return page;
  throw strange("the page for the approval is no address of the web");
}

/** Throws for another text than ours: it becomes a word of a shell command. */
function readDeviceCode(begun: unknown): string {
  const deviceCode = textAt(begun, "deviceCode");
  if (/^[\w-]{1,200}$/.test(deviceCode)) return deviceCode;
  throw strange("the device code is none");
}

/** Throws for another text than ours: from the file in the home, `cmd:…` would be run and `env:…` be sent. */
function readToken(approved: unknown): string {
  const token = textAt(approved, "token");
  if (/^phs_[0-9A-Za-z]{1,200}$/.test(token)) return token;
  throw strange("the token of the session is none");
}

function strange(what: string): CliFailure {
  const message = `The answer is not a Posthorn server's: ${what}. Nothing was stored.`;
  return new CliFailure(EXIT.unexpected, message, { code: "unexpected" });
}

/** For programs that have a person somewhere else: they show the address, and come back for the session. */
function showNextStep({ terminal, settings }: Session, begun: unknown): void {
  const deviceCode = readDeviceCode(begun);
  const shown = {
    verification_url: readPage(begun).href,
    user_code: textAt(begun, "userCode"),
    device_code: deviceCode,
    expires_in_seconds: Number(textAt(begun, "expiresInSeconds")),
    next_step: `posthorn login --url ${shellWord(settings.url)} --complete ${deviceCode}`,
  };
  terminal.own(escapeControls(JSON.stringify(shown)));
}

/** Asks until somebody has answered in the browser; the server ends it after ten minutes. */
async function pickUp(
  session: Session,
  asked: { readonly deviceCode: string; readonly waitMs: number },
): Promise<unknown> {
  const { deviceCode, waitMs } = asked;
  const body = JSON.stringify({ deviceCode });
  for (;;) {
    const path = "/api/device-logins/session";
    const answer = await session.call({ method: "POST", path, body, isPublic: true });
    if (textAt(answer.body, "status") === "approved") return answer.body;
    await pause(session, waitMs);
  }
}

async function keep(session: Session, approved: unknown): Promise<void> {
  const { settings, terminal } = session;
  store(session, { url: settings.url, key: readToken(approved) });
  const email = textAt(approved, "user", "email") || textAt(approved, "user", "name");
  const { url, context } = settings;
  const expiresAt = textAt(approved, "expiresAt");
  terminal.show({
    json: JSON.stringify({ context, url, user: email, expiresAt }),
    quiet: email,
    human: () => terminal.line(`Signed in as ${email} at ${url}, until ${expiresAt}.`),
  });
}

/** `env:` and `cmd:` stay as they are: the key itself then stands in no file of ours. */
async function storeKey(session: Session, source: string): Promise<void> {
  const isReference = /^(env|cmd):/.test(source);
  if (!isReference && source !== "-") {
    throw usage(
      "A key as an argument stays in the shell's history: --key-from -, env:NAME or cmd:….",
    );
  }
  const key = isReference ? source : await readKey(session);
  const { url, context, organizationId } = session.settings;
  store(session, { url, key, ...(organizationId && { organization: organizationId }) });
  const { terminal } = session;
  terminal.show({
    json: JSON.stringify({ context, url }),
    quiet: context,
    human: () => terminal.line(`The key for ${url} is stored as ${context}.`),
  });
}

/**
 * Throws a usage failure for what is no key. A reference is none: what is piped in here may be another program's
 * output, such as the answer of a server, and must not become a command that the next call runs.
 */
async function readKey({ io }: Session): Promise<string> {
  const key = (await readBytes(io, "-")).toString("utf8").trim();
  if (key === "") throw usage("There was no key on stdin.");
  if (/^(env|cmd):/.test(key)) {
    throw usage("On stdin a key itself is read; env:NAME and cmd:… are arguments of --key.");
  }
  if (/^[!-~]+$/.test(key)) return key;
  throw usage("What was on stdin is no key: a key is one word of letters, digits and marks.");
}

async function logout(session: Session): Promise<void> {
  const { settings, terminal } = session;
  const path = configPath(session);
  const isSession = settings.key?.startsWith("phs_") ?? false;
  if (isSession) await endSession(session);
  writeSection(path, settings.context, undefined);
  const { context } = settings;
  terminal.show({
    json: JSON.stringify({ context, sessionEnded: isSession }),
    quiet: context,
    human: () => terminal.line(`Signed out of ${context}.`),
  });
}

/** One that is over already needs no ending. */
async function endSession({ call }: Session): Promise<void> {
  try {
    await call({ method: "DELETE", path: "/api/sessions/current" });
  } catch (error) {
    if (!(error instanceof CliFailure) || error.exitCode !== EXIT.credentials) throw error;
  }
}

function store(session: Session, section: ConfigSection): void {
  const path = configPath(session);
  if (isExposed(path)) session.terminal.progress(`${path} was readable by others; it is not now.`);
  writeSection(path, session.settings.context, section);
}

function configPath({ io }: Session): string {
  const path = ownConfigPath(io.env);
  if (path === undefined) throw usage("There is no home to keep a key in: HOME is not set.");
  return path;
}
