/** Another PostgreSQL than the embedded one, for example Debian's: the same tests must pass on it. */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { prepareFolders } from "../../packages/server/src/db/embedded-files.ts";
import { launchServer, type Program } from "../../packages/server/src/db/embedded-process.ts";
import { chooseServerUser } from "../../packages/server/src/db/embedded-user.ts";
import type { EmbeddedOptions } from "../../packages/server/src/db/embedded.ts";
import type { TestConnection } from "./database.ts";

/** Makes and starts a server in a folder and on a socket of its own, as a user without rights. */
export async function startSystemPostgres(
  options: EmbeddedOptions & {
    /** Folder of `postgres` and `initdb`, for example `/usr/lib/postgresql/15/bin`. */
    readonly programs: string;
  },
): Promise<{ connection: TestConnection; stop(): Promise<void> }> {
  const binaries = {
    postgres: join(options.programs, "postgres"),
    initdb: join(options.programs, "initdb"),
  };
  const folders = prepareFolders(options.dataDir);
  const user = chooseServerUser(binaries, folders);
  const program: Program = { ...options, binaries, folders, user };
  if (!existsSync(join(folders.data, "PG_VERSION"))) initialize(program);
  const stopping = new AbortController();
  const server = await launchServer(program, stopping.signal);
  return {
    connection: { host: folders.socket, user: "posthorn", database: "postgres" },
    async stop() {
      const exited = once(server, "exit");
      stopping.abort();
      await exited;
    },
  };
}

function initialize({ user, binaries, folders }: Program): void {
  const settings = ["--username=posthorn", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"];
  const [command = "", ...args] = [
    ...user.prefix,
    binaries.initdb,
    `--pgdata=${folders.data}`,
    ...settings,
    "--no-sync",
  ];
  const { status, stderr } = spawnSync(command, args, { ...user.ids, encoding: "utf8" });
  if (status !== 0) throw new Error(`initdb: ${stderr}`);
}
