import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdirSync, statSync } from "node:fs";
import { chmod, cp, mkdir, mkdtemp, readFile, rm, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { findBinaries, linkLibraries } from "../../packages/server/src/db/embedded-binaries.ts";
import { embeddedConnection } from "../../packages/server/src/db/embedded.ts";
import { createPool } from "../../packages/server/src/db/pool.ts";
import { startOwner } from "../kit/owner.ts";
import { isRunning, postmasterPid } from "../kit/process.ts";

let folder = "";
let made = "";
let count = 0;
const nextDataDir = () => join(folder, `data-${(count += 1)}`);

/** One that was started and stopped once: to make one takes seconds. */
async function madeDataDir(dataDir = nextDataDir()): Promise<string> {
  await mkdir(dirname(dataDir), { recursive: true });
  assert.equal(await run("cp", ["-a", made, dataDir]), 0);
  return dataDir;
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "posthorn-embedded-"));
  // As below a home directory: `mkdtemp` lets nobody else in.
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  made = nextDataDir();
  const first = await startOwner(made);
  await query(made, "create table public.kept as select 7 as value");
  await first.stop();
});
after(() => rm(folder, { recursive: true, force: true }));

test("a data directory is made at the first start, and is there again at the second", async () => {
  const dataDir = await madeDataDir();
  assert.equal(postmasterPid(dataDir), undefined);
  const second = await startOwner(dataDir);
  assert.deepEqual(await query(dataDir, "select value from public.kept"), [{ value: 7 }]);
  await second.stop();
});

test("kill -9 of the owner leaves no PostgreSQL, and the next start works at once", async () => {
  const dataDir = await madeDataDir();
  const killed = await startOwner(dataDir);
  const postmaster = postmasterPid(dataDir) ?? 0;
  await killed.kill();
  const next = await startOwner(dataDir);
  assert.ok(!isRunning(postmaster), "the first PostgreSQL still runs");
  await next.kill();
  await gone(postmasterPid(dataDir));
});

test("kill -9 of owner and watchdog together: the orphan is stopped by the next start", async () => {
  const dataDir = await madeDataDir();
  const killed = await startOwner(dataDir);
  const orphan = postmasterPid(dataDir) ?? 0;
  const stat = await readFile(`/proc/${orphan}/stat`, "utf8");
  const watchdog = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  process.kill(watchdog, "SIGKILL");
  await killed.kill();
  assert.ok(isRunning(orphan), "nothing is left to be stopped");
  const next = await startOwner(dataDir);
  assert.ok(!isRunning(orphan));
  await next.stop();
});

test("a kill in the middle of the very first start leaves nothing that hinders the next", async () => {
  const dataDir = nextDataDir();
  await mkdir(dataDir, { mode: 0o700 });
  const starting = startOwner(dataDir, { onSpawn: (child) => void killWhenMaking(child, dataDir) });
  await assert.rejects(starting, /SIGKILL/);
  assert.ok(isMaking(dataDir), "it was killed too early or too late");
  const next = await startOwner(dataDir);
  await next.stop();
});

test("a postmaster that is killed is started again by its owner, and nothing is lost", async () => {
  const dataDir = await madeDataDir();
  const owner = await startOwner(dataDir);
  process.kill(postmasterPid(dataDir) ?? 0, "SIGKILL");
  await owner.line("database.restarted");
  assert.deepEqual(await query(dataDir, "select value from public.kept"), [{ value: 7 }]);
  await owner.stop();
  assert.equal(postmasterPid(dataDir), undefined);
});

test("stopping while PostgreSQL is being started anew leaves none behind", async () => {
  const dataDir = await madeDataDir();
  const owner = await startOwner(dataDir);
  process.kill(postmasterPid(dataDir) ?? 0, "SIGKILL");
  await owner.line("database.exited");
  assert.equal(await owner.stop(), 0);
  await gone(postmasterPid(dataDir));
});

test("a second start on the same data directory is refused with the pid of the first", async () => {
  const dataDir = await madeDataDir();
  const first = await startOwner(dataDir);
  const refused = await startOwner(dataDir).catch((error: unknown) => String(error));
  assert.match(
    String(refused),
    new RegExp(`already_running.*already running \\(pid ${first.pid}\\)`),
  );
  await first.stop();
});

test("of two first starts at once exactly one wins", async () => {
  const dataDir = nextDataDir();
  const starts = await Promise.allSettled([startOwner(dataDir), startOwner(dataDir)]);
  const won = starts.filter((each) => each.status === "fulfilled");
  assert.equal(won.length, 1);
  assert.match(
    String(starts.find((each) => each.status === "rejected")?.reason),
    /already_running/,
  );
  await won[0]?.value.stop();
});

test("a postmaster.pid of a process that is gone, or that is a stranger, does not hinder", async () => {
  const dataDir = await madeDataDir();
  const gonePid = spawn("true");
  await once(gonePid, "exit");
  const stranger = spawn("sleep", ["60"]);
  for (const pid of [gonePid.pid, stranger.pid, 1]) {
    await writeFile(join(dataDir, "postgres", "postmaster.pid"), `${pid}\n${dataDir}\n`);
    await (await startOwner(dataDir)).stop();
  }
  assert.equal(stranger.exitCode, null, "the stranger was harmed");
  stranger.kill();
});

test("a data directory of another major version is refused, and named", async () => {
  const dataDir = await madeDataDir();
  await writeFile(join(dataDir, "postgres", "PG_VERSION"), "17\n");
  await assert.rejects(
    startOwner(dataDir),
    /other_major.*belongs to PostgreSQL 17.*brings PostgreSQL 18/,
  );
});

test("a path that is too long for a socket gets its socket elsewhere, in a folder of ours alone", async () => {
  const dataDir = await madeDataDir(join(folder, "x".repeat(120), "data"));
  const owner = await startOwner(dataDir);
  const { host } = embeddedConnection(dataDir);
  assert.ok(host.length < 90 && !host.startsWith(folder));
  assert.deepEqual(await query(dataDir, "select 1 as one"), [{ one: 1 }]);
  await owner.stop();
  await chmod(host, 0o777);
  await assert.rejects(startOwner(dataDir), /belongs to somebody else/);
  await rm(host, { recursive: true });
});

test("an installation without install scripts gets its library links from us", async () => {
  const { postgres } = await findBinaries();
  const copy = join(folder, "package");
  await cp(resolve(dirname(postgres), "..", ".."), copy, {
    recursive: true,
    verbatimSymlinks: true,
  });
  const list = JSON.parse(await readFile(join(copy, "native", "pg-symlinks.json"), "utf8"));
  for (const { target } of list) await unlink(join(copy, target));
  assert.notEqual(await run(join(copy, "native", "bin", "postgres"), ["--version"]), 0);
  linkLibraries(copy);
  linkLibraries(copy);
  assert.equal(await run(join(copy, "native", "bin", "postgres"), ["--version"]), 0);
  await rm(copy, { recursive: true });
});

const isRoot = process.getuid?.() === 0;

test(
  "as root where user namespaces are forbidden, PostgreSQL runs as nobody, and back",
  { skip: !isRoot && "needs root" },
  async () => {
    const open = await mkdtemp(join(tmpdir(), "posthorn-open-"));
    await chmod(open, 0o755);
    const dataDir = join(open, "data");
    const forbidden = { PATH: `${await fakeUnshare()}:${process.env["PATH"]}` };
    await (await startOwner(dataDir, { env: forbidden })).stop();
    await (await startOwner(dataDir)).stop();
    await (await startOwner(dataDir, { env: forbidden })).stop();
    await rm(open, { recursive: true });
    await assert.rejects(
      startOwner(nextDataDir(), { env: forbidden }),
      /root_refused.*ordinary user/,
    );
  },
);

test(
  "an ordinary user needs nothing special",
  { skip: !isRoot && "every other test is this one" },
  async () => {
    const home = await mkdtemp(join(tmpdir(), "posthorn-home-"));
    await run("chown", ["65534:65534", home]);
    const owner = await startOwner(join(home, "data"), { uid: 65_534 });
    assert.deepEqual(await query(join(home, "data"), "select 1 as one"), [{ one: 1 }]);
    await owner.stop();
    await rm(home, { recursive: true });
  },
);

test(
  "a full disk and a folder that cannot be written are told in a sentence",
  { skip: !isRoot && "needs root to mount" },
  async () => {
    const small = join(folder, "small");
    await mkdir(small);
    const mount = `mount -t tmpfs -o size=20m none "$1" && shift && exec "$@"`;
    const inNamespace = ["unshare", "-m", "/bin/sh", "-c", mount, "sh", small];
    await assert.rejects(
      startOwner(join(small, "data"), { prefix: inNamespace }),
      /disk_full.*Free some space/,
    );
    const readOnly = `mount -t tmpfs -o ro none "$1" && shift && exec "$@"`;
    await assert.rejects(
      startOwner(join(small, "data"), {
        prefix: ["unshare", "-m", "/bin/sh", "-c", readOnly, "sh", small],
      }),
      /not_writable.*another --data-dir/,
    );
  },
);

/** While `initdb` works it has a folder beside the place where its result will be. */
const isMaking = (dataDir: string) =>
  readdirSync(dataDir).some((name) => name.startsWith("initdb-"));

async function killWhenMaking(child: ChildProcess, dataDir: string): Promise<void> {
  while (!isMaking(dataDir) && child.exitCode === null) await wait(1);
  child.kill("SIGKILL");
}

async function fakeUnshare(): Promise<string> {
  const bin = join(folder, "bin");
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, "unshare"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  return bin;
}

async function query(dataDir: string, statement: string): Promise<unknown[]> {
  const pool = createPool(embeddedConnection(dataDir), { max: 1, applicationName: "test" });
  try {
    return [...(await pool.unsafe(statement))];
  } finally {
    await pool.end();
  }
}

async function run(command: string, args: string[]): Promise<number | null> {
  const child = spawn(command, args, { stdio: "ignore" });
  await once(child, "exit");
  return child.exitCode;
}

async function gone(pid: number | undefined): Promise<void> {
  for (let tries = 0; pid !== undefined && isRunning(pid); tries++) {
    assert.ok(tries < 3_000, `PostgreSQL ${pid} outlived its owner`);
    await wait(20);
  }
}
