/** What start says: lines for people on a terminal, JSON lines otherwise. */
import type { Config } from "./config.ts";

export interface ReadyReport {
  readonly url: string;
  readonly organizationId: string;
  readonly version: string;
  readonly config: Config;
  /** Where the operator key stands; absent with an external database. */
  readonly file: string | undefined;
  /** Made by this start: shown once, and only on a terminal. */
  readonly newKey: string | undefined;
}

export const report = {
  /** A log line for a terminal: time, event, the rest. */
  log: {
    write(line: string): void {
      const { time, level: _level, event, ...rest }: Record<string, unknown> = JSON.parse(line);
      const details = Object.entries(rest).map(
        ([name, value]) => `${name}=${JSON.stringify(value)}`,
      );
      process.stdout.write(
        `  ${String(time).slice(11, 19)}  ${String(event)}  ${details.join(" ")}\n`,
      );
    },
  },

  ready(facts: ReadyReport): void {
    if (process.stdout.isTTY) return printReady(facts);
    const { url, organizationId, version, config, file } = facts;
    const line = {
      event: "ready",
      url,
      publicUrl: config.publicUrl,
      organizationId,
      version,
      mode: config.mode,
      operatorKeyFile: file,
    };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  },
};

function printReady({ url, organizationId, version, config, file, newKey }: ReadyReport): void {
  const database = config.databaseUrl ? "external" : `embedded, in ${config.dataDir}`;
  const lines = [
    "",
    `  posthorn ${version}`,
    `  ✓ PostgreSQL      ${database}`,
    `  ✓ API             ${url}/api   (${config.mode} mode)`,
    `  ✓ organization    ${organizationId}`,
    ...(newKey ? [`  ✓ operator key    ${newKey}`, "                    shown this once"] : []),
    ...(file ? [`  ✓ key file        ${file}`] : []),
    "",
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}
