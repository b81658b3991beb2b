import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("./run.js", import.meta.url));
/** Older hosts cannot replace themselves by another program. */
const WITHOUT_EXECVE = ["--import", "data:text/javascript,delete process.execve"];

const folders: string[] = [];
let clone = "";
beforeEach(async () => {
  clone = await makeClone();
});
after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

test("a fresh clone is installed once, and then handed over with its arguments", async () => {
  const first = start("--port", "1");
  assert.equal(first.status, 0, first.stderr);
  assert.equal(first.stdout, "start --port 1\n");
  assert.match(first.stderr, /Installing dependencies/);
  const second = start();
  assert.deepEqual([second.stdout, second.stderr], ["start\n", ""]);
  assert.deepEqual(await npmCalls(), ["ci --no-audit --no-fund --loglevel=error"]);
});

test("another version in the lock file, or a folder that is gone, is installed again", async () => {
  start();
  await writeLock("2.0.0");
  start();
  start();
  assert.equal((await npmCalls()).length, 2);
  await rm(join(clone, "node_modules/needed"), { recursive: true });
  start();
  assert.equal((await npmCalls()).length, 3);
});

test("an installation that fails ends the start with its code", async () => {
  await writeFile(join(clone, "bin/npm"), "#!/bin/sh\necho no network >&2\nexit 7\n");
  const { status, stdout, stderr } = start();
  assert.deepEqual([status, stdout], [7, ""]);
  assert.match(stderr, /no network\nThe installation failed/);
});

test("the dashboard is built when it has a build and its sources have changed", async () => {
  const dashboard = join(clone, "packages/dashboard");
  await writeFile(join(dashboard, "package.json"), '{"scripts":{"build":"vite build"}}');
  start();
  start();
  await mkdir(join(dashboard, "src"));
  await writeFile(join(dashboard, "src/page.tsx"), "export {};");
  start();
  const builds = (await npmCalls()).filter((call) => call.startsWith("run build"));
  assert.deepEqual(builds, Array(2).fill("run build -w packages/dashboard"));
});

test("the exit code is the program's", async () => {
  await writeServer("process.exit(3);");
  assert.equal(start().status, 3);
  assert.equal(run(WITHOUT_EXECVE, ["start"]).status, 3);
});

for (const [how, flags] of Object.entries({ replaced: [], followed: WITHOUT_EXECVE })) {
  test(`a signal reaches the program, and its exit code comes back: ${how}`, async () => {
    await writeServer(
      'process.on("SIGTERM", () => process.exit(5)); setInterval(() => {}, 1e6); console.log("ready");',
    );
    const child = spawnRun(flags);
    await once(child.stdout, "data");
    child.kill("SIGTERM");
    assert.deepEqual(await once(child, "exit"), [5, null]);
  });
}

test("a program does not outlive a killed parent", async () => {
  await writeServer(
    'process.on("SIGTERM", () => { console.log("left"); process.exit(); }); setInterval(() => {}, 1e6); console.log("ready");',
  );
  const child = spawnRun(WITHOUT_EXECVE);
  const output = child.stdout.setEncoding("utf8");
  assert.deepEqual(await once(output, "data"), ["ready\n"]);
  child.kill("SIGKILL");
  assert.deepEqual(await once(output, "data"), ["left\n"]);
});

test("a script that does not exist is named", () => {
  const { status, stderr } = run([], ["strat"]);
  assert.deepEqual([status, stderr], [2, "There is no script strat.\n"]);
});

/** The script in a tree as small as it can be, with an npm that writes down its calls and installs one package. */
async function makeClone(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "posthorn-run-"));
  folders.push(folder);
  clone = folder;
  await mkdir(join(folder, "packages/dashboard"), { recursive: true });
  await mkdir(join(folder, "packages/sdk/src"), { recursive: true });
  await mkdir(join(folder, "packages/server/src"), { recursive: true });
  await mkdir(join(folder, "scripts"));
  await mkdir(join(folder, "bin"));
  await cp(SCRIPT, join(folder, "scripts/run.js"));
  await writeFile(join(folder, "package.json"), '{"type":"module"}');
  await writeFile(join(folder, "packages/dashboard/package.json"), "{}");
  await writeServer('console.log(process.argv.slice(2).join(" "));');
  await writeLock("1.0.0");
  const npm = `#!/bin/sh
echo "$*" >> npm-calls
[ "$1" = ci ] || exit 0
mkdir -p node_modules/needed && cp installed.json node_modules/.package-lock.json
`;
  await writeFile(join(folder, "bin/npm"), npm, { mode: 0o755 });
  return folder;
}

/** One package that every platform needs, and one of another platform. */
async function writeLock(version: string): Promise<void> {
  const needed = { "node_modules/needed": { version, integrity: `sha512-${version}` } };
  const elsewhere = { "node_modules/elsewhere": { version, optional: true } };
  const write = (name: string, packages: object) =>
    writeFile(join(clone, name), JSON.stringify({ packages }));
  await write("package-lock.json", { "": { name: "clone" }, ...needed, ...elsewhere });
  await write("installed.json", needed);
}

function writeServer(text: string): Promise<void> {
  return writeFile(join(clone, "packages/server/src/main.ts"), text);
}

function start(...args: string[]) {
  return run([], ["start", ...args]);
}

function run(flags: readonly string[], args: readonly string[]) {
  const argv = [...flags, join(clone, "scripts/run.js"), ...args];
  return spawnSync(process.execPath, argv, { encoding: "utf8", env: environment() });
}

function spawnRun(flags: readonly string[]) {
  const argv = [...flags, join(clone, "scripts/run.js"), "start"];
  return spawn(process.execPath, argv, {
    stdio: ["ignore", "pipe", "ignore"],
    env: environment(),
  });
}

function environment() {
  const path = [join(clone, "bin"), dirname(process.execPath), process.env["PATH"]].join(":");
  return { PATH: path };
}

async function npmCalls(): Promise<string[]> {
  const calls = await readFile(join(clone, "npm-calls"), "utf8");
  return calls.trim().split("\n");
}
