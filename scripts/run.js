// @ts-check
/**
 * What `npm start`, `npm test` and the other scripts run: makes sure that everything is installed and built, then
 * hands over to the Node that came with it. Plain JavaScript, because a fresh clone has only the host's Node.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const NODE_MAJOR_MIN = 24;
const IS_WINDOWS = process.platform === "win32";
const SERVER = "packages/server/src/main.ts";
const TSC = join("node_modules", "typescript", "bin", "tsc");
const PLAYWRIGHT = join("node_modules", "@playwright", "test", "cli.js");
const UNIT_TESTS = ["packages/*/src/**/*.test.ts", "scripts/**/*.test.ts"];
const OTHER_TESTS = ["test/{kit,integration,conformance,simulation}/**/*.test.ts"];
const INTEGRATION_TESTS = ["test/integration/**/*.test.ts"];
/** Of the system's PostgreSQL versions, as Debian and its kin lay them out. */
const SYSTEM_POSTGRES = "/usr/lib/postgresql";
const POSTGRES_MAJOR_MIN = 15;
const TEST_MS_MAX = 120_000;
/** Half of a node's start is compiling; a run of the tests starts hundreds. Goes with what is installed. */
const COMPILE_CACHE = join(ROOT, "node_modules", ".cache", "compiled");

/** A child ends when this process is killed: its channel to us closes then. Its own children inherit this, too. */
const FOLLOW = `if (process.ppid === ${process.pid}) {
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
  process.channel.unref();
}`;
const FORWARDED = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);

const COMMANDS = {
  start,
  test,
  "test:long": testLong,
  "test:faults": testFaults,
  "test:sim": testSimulation,
  "test:e2e": testEndToEnd,
  screenshots,
  check,
  bench,
  build: buildPackages,
};

process.chdir(ROOT);
const [name = "start", ...rest] = process.argv.slice(2);
const command = Object.entries(COMMANDS).find(([known]) => known === name)?.[1];
if (command) {
  install();
  await command(rest);
} else {
  process.stderr.write(`There is no script ${name}.\n`);
  process.exitCode = 2;
}

/** @param {string[]} args */
function start(args) {
  build();
  return handOver([SERVER, "start", ...args]);
}

/** @param {string[]} args Files and flags of `node --test`; without any, all tests but the long ones. */
async function test(args) {
  if (args.length > 0) return handOver([...testFlags(), ...args]);
  const isShort = (/** @type {string} */ file) => !isLong(file);
  return report({
    unit: () => testUnits(UNIT_TESTS.flatMap(files).filter(isShort)),
    others: () => run([...shortTestFlags(), ...OTHER_TESTS.flatMap(files).filter(isShort)]),
  });
}

/** The long tests, alone on the machine; then the integration tests on each PostgreSQL that the system has. */
function testLong() {
  const long = [...UNIT_TESTS, ...OTHER_TESTS].flatMap(files).filter(isLong);
  const integration = INTEGRATION_TESTS.flatMap(files).filter((file) => !isLong(file));
  const onSystem = systemPostgres().map((programs) => [
    programs,
    () => run([...shortTestFlags(), ...integration], { TEST_DATABASE: programs }),
  ]);
  if (onSystem.length === 0) {
    process.stdout.write(`There is no PostgreSQL ${POSTGRES_MAJOR_MIN} or newer in the system.\n`);
  }
  return report({
    long: () => run([...testFlags(), "--test-concurrency=1", ...long]),
    ...Object.fromEntries(onSystem),
  });
}

/** @param {string[]} args */
function testFaults(args) {
  return handOver(["test/faults/main.ts", ...args]);
}

/** @param {string[]} args */
function testSimulation(args) {
  return handOver(["test/simulation/nodes/main.ts", ...args]);
}

/**
 * Journeys in a browser, against servers of their own. `--full` looks at all states of all pages.
 * @param {string[]} args
 */
function testEndToEnd(args) {
  build();
  return playwright(args, {});
}

/**
 * Every page in both themes, wide and narrow.
 * @param {string[]} args
 */
function screenshots(args) {
  build();
  return playwright(["--grep", "@screenshots", ...args], { SCREENSHOTS: "1" });
}

/**
 * @param {string[]} args
 * @param {Record<string, string>} variables
 */
async function playwright(args, variables) {
  const isFull = args.includes("--full");
  const rest = args.filter((each) => each !== "--full");
  const passed = await run([PLAYWRIGHT, "test", "--config=test/e2e", ...rest], {
    ...variables,
    ...(isFull ? { E2E_FULL: "1" } : {}),
    // Its workers are processes of their own.
    NODE_OPTIONS: "--conditions=source --disable-warning=ExperimentalWarning",
  });
  process.exitCode = passed ? 0 : 1;
}

/** Pure functions need no process of their own each: half the time. */
function testUnits(/** @type {string[]} */ units) {
  return run(["--test", "--test-isolation=none", ...units]);
}

function testFlags() {
  // Our tests wait for sockets, time limits and the database more than they compute.
  const concurrency = Math.min(2 * availableParallelism(), 6);
  return ["--test", "--test-global-setup=test/kit/global.ts", `--test-concurrency=${concurrency}`];
}

/** A hang ends and names itself; the last lines say where the time went. */
function shortTestFlags() {
  const reporters = ["spec", "./test/kit/slowest-files.ts"];
  return [
    ...testFlags(),
    `--test-timeout=${TEST_MS_MAX}`,
    "--import=./test/kit/file-deadline.ts",
    ...reporters.flatMap((each) => [
      `--test-reporter=${each}`,
      "--test-reporter-destination=stdout",
    ]),
  ];
}

/** @param {string} file */
function isLong(file) {
  return file.endsWith(".long.test.ts");
}

function systemPostgres() {
  if (!existsSync(SYSTEM_POSTGRES)) return [];
  return readdirSync(SYSTEM_POSTGRES)
    .filter((version) => Number(version) >= POSTGRES_MAJOR_MIN)
    .map((version) => join(SYSTEM_POSTGRES, version, "bin"))
    .filter((folder) => existsSync(join(folder, "postgres")));
}

/** All checks, also after one that fails: a person mends them together. */
function check() {
  const tool = (/** @type {string} */ name) => join("node_modules", name, "bin", name);
  return report({
    types: () => run([TSC, "-p", "."]),
    "types of the dashboard": () => run([TSC, "-p", join("packages", "dashboard")]),
    lint: () => run([tool("oxlint"), "--deny-warnings"]),
    format: () => run([tool("oxfmt"), "--check", "."]),
    tidy: () => run(["scripts/tidy.ts"]),
    reference: () => run(["scripts/reference.ts", "--check"]),
  });
}

/** @param {string[]} args */
function bench(args) {
  return handOver(["bench/main.ts", ...args]);
}

/**
 * Runs the steps one after the other and tells at the end which of them failed.
 * @param {Record<string, () => Promise<boolean>>} steps
 */
async function report(steps) {
  /** @type {string[]} */
  const failed = [];
  for (const [step, passes] of Object.entries(steps)) {
    process.stdout.write(`\n── ${step}\n`);
    if (!(await passes())) failed.push(step);
  }
  if (failed.length > 0) process.stdout.write(`\nFailed: ${failed.join(", ")}\n`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}

/** Runs `npm ci` when what is installed is not what the lock file says. */
function install() {
  if (isInstalled()) return;
  process.stderr.write("Installing dependencies (npm ci); this takes about half a minute …\n");
  const startedAt = performance.now();
  const result = spawnSync(
    IS_WINDOWS ? "npm.cmd" : "npm",
    ["ci", "--no-audit", "--no-fund", "--loglevel=error"],
    // Under npm the Node in node_modules comes first, and npm would be pulling it from under its own feet.
    { stdio: ["ignore", 2, 2], shell: IS_WINDOWS, env: { ...process.env, PATH: hostPath() } },
  );
  if (result.status !== 0) {
    const why = result.error?.message ?? "The lines above say why.";
    process.stderr.write(`The installation failed. ${why}\n`);
    process.exit(result.status ?? 1);
  }
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  process.stderr.write(`Installed in ${seconds} s.\n`);
}

/** npm leaves a copy of the lock file behind that says what it has installed; it is the last thing that it writes. */
function isInstalled() {
  const record = join("node_modules", ".package-lock.json");
  if (!existsSync(record)) return false;
  const installed = readJson(record).packages;
  return Object.entries(readJson("package-lock.json").packages).every(([path, wanted]) => {
    if (!path.includes("node_modules/")) return true;
    const found = installed[path];
    // What other platforms need is optional and not there.
    if (!found) return Boolean(wanted.optional);
    return (
      found.version === wanted.version && found.integrity === wanted.integrity && existsSync(path)
    );
  });
}

function hostPath() {
  const own = join(ROOT, "node_modules", ".bin");
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.filter((folder) => folder !== own).join(delimiter);
}

/** @param {string[]} names Before `npm pack`: JavaScript and types from sources, the dashboard into the server. */
function buildPackages(names) {
  if (names.includes("server")) build();
  return handOver(["scripts/build.ts", ...names]);
}

/** Builds the dashboard when it has a build and its result was made from other sources. */
function build() {
  const folder = join("packages", "dashboard");
  if (!readJson(join(folder, "package.json")).scripts?.build) return;
  const stamp = join("packages", "server", "public", ".built");
  const sources = fingerprint([folder, join("packages", "sdk", "src"), "package-lock.json"]);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === sources) return;
  process.stderr.write("Building the dashboard …\n");
  const result = spawnSync(IS_WINDOWS ? "npm.cmd" : "npm", ["run", "build", "-w", folder], {
    stdio: ["ignore", 2, 2],
    shell: IS_WINDOWS,
  });
  if (result.status !== 0) {
    process.stderr.write("The build of the dashboard failed; the lines above say why.\n");
    process.exit(result.status ?? 1);
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, sources);
}

/**
 * A hash of the files' names and bytes: times change with every checkout.
 * @param {string[]} paths
 */
function fingerprint(paths) {
  const hash = createHash("sha256");
  for (const path of paths.flatMap(filesBelow)) hash.update(`${path}\n`).update(readFileSync(path));
  return hash.digest("hex");
}

/**
 * @param {string} path
 * @returns {string[]}
 */
function filesBelow(path) {
  if (path.endsWith(".json")) return [path];
  return readdirSync(path, { withFileTypes: true })
    .filter(({ name }) => name !== "node_modules" && name !== "dist")
    .flatMap((entry) => {
      const inner = join(path, entry.name);
      return entry.isDirectory() ? filesBelow(inner) : [inner];
    })
    .sort();
}

/** @param {string} file */
function readJson(file) {
  return JSON.parse(readFileSync(file, "utf8"));
}

/** The Node that npm installed for this platform, or the host's when it is new enough. */
function findNode() {
  const platform = IS_WINDOWS ? "win" : process.platform;
  for (const start of ["node", "node-bin"]) {
    const folder = join(ROOT, "node_modules", `${start}-${platform}-${process.arch}`, "bin");
    const binary = join(folder, IS_WINDOWS ? "node.exe" : "node");
    if (existsSync(binary)) return binary;
  }
  const major = Number(process.versions.node.split(".")[0]);
  if (major >= NODE_MAJOR_MIN) return process.execPath;
  process.stderr.write(
    `Posthorn needs Node ${NODE_MAJOR_MIN} or newer. This is ${process.versions.node}, ` +
      `and npm has installed none for ${process.platform} on ${process.arch}.\n`,
  );
  return process.exit(1);
}

/**
 * Becomes the program where this Node can replace itself: nobody then stands between it and the signals.
 * Else runs it as a child and ends as the child does.
 * @param {string[]} args
 */
async function handOver(args) {
  const node = findNode();
  const argv = ["--conditions=source", "--disable-warning=ExperimentalWarning", ...args];
  if ("execve" in process && typeof process.execve === "function" && !IS_WINDOWS) {
    process.execve(node, [node, ...argv], environment(node));
  }
  const { code, signal } = await spawnNode(["--disable-warning=ExperimentalWarning", ...args]);
  if (signal) process.kill(process.pid, signal);
  else process.exitCode = code ?? 1;
}

/**
 * Runs a program to its end; tells whether it succeeded.
 * @param {string[]} args
 * @param {Record<string, string>} [variables]
 */
async function run(args, variables) {
  const { code, signal } = await spawnNode(args, variables);
  if (signal === "SIGINT" || signal === "SIGTERM") process.kill(process.pid, signal);
  return code === 0;
}

/**
 * @param {string[]} args
 * @param {Record<string, string>} [variables]
 * @returns {Promise<{ code: number | null, signal: NodeJS.Signals | null }>}
 */
function spawnNode(args, variables) {
  const node = findNode();
  const follow = `--import=data:text/javascript,${encodeURIComponent(FOLLOW)}`;
  const child = spawn(node, ["--conditions=source", follow, ...args], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: { ...environment(node), ...variables },
  });
  // Ctrl-C reaches both of us; npm sends it, too; the server takes signals that come together for one.
  const forward = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
  for (const signal of FORWARDED) process.on(signal, forward);
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => {
      for (const each of FORWARDED) process.off(each, forward);
      resolve({ code, signal });
    });
  });
}

/**
 * @param {string} node Goes first in PATH, so that programs which are started by name run on it, too.
 * @returns {Record<string, string | undefined>}
 */
function environment(node) {
  const path = [dirname(node), process.env["PATH"] ?? ""].join(delimiter);
  return { NODE_COMPILE_CACHE: COMPILE_CACHE, ...process.env, PATH: path };
}

/**
 * Files that match a pattern with `*`, `**` and one `{a,b}`; the oldest hosts have no glob of their own.
 * @param {string} pattern
 */
function files(pattern) {
  const source = pattern
    .replace(/[.]/g, "\\.")
    .replace(/\{([^}]*)\}/g, (_, words) => `(${words.replaceAll(",", "|")})`)
    .replace(/\*\*\//g, "(.+/)?")
    .replace(/(?<![)+])\*/g, "[^/]*");
  const expression = new RegExp(`^${source}$`);
  const [top = "."] = pattern.split("/");
  if (!existsSync(top)) return [];
  return readdirSync(top, { recursive: true, encoding: "utf8" })
    .map((name) => `${top}/${name.replaceAll("\\", "/")}`)
    .filter((name) => !name.includes("/node_modules/") && expression.test(name))
    .sort();
}
