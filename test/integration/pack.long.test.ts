/**
 * The packages as people get them: packed, installed by their tarballs into an empty folder, run on the host's Node,
 * which may be older than ours. What the packages themselves depend on comes from where npm gets it.
 */
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { freePort } from "../kit/port.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const NAMES = ["sdk", "cli", "server"];
const run = promisify(execFile);

let folder: string;
let tarballs: string[];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "posthorn-pack-"));
  const workspaces = NAMES.flatMap((name) => ["-w", `packages/${name}`]);
  const packed = await npm(ROOT, ["pack", "--json", ...workspaces, "--pack-destination", folder]);
  assert.match(packed, /posthorn-sdk-/);
  tarballs = (await readdir(folder)).filter((name) => name.endsWith(".tgz"));
});

after(() => rm(folder, { recursive: true, force: true }));

/** Programs on the PATH of the host: not the ones that npm has put in front for this repository. */
function hostEnv(): NodeJS.ProcessEnv {
  const path = (process.env["PATH"] ?? "").split(delimiter);
  const isOurs = (entry: string) =>
    entry.includes("node_modules") || entry.includes("node-gyp-bin");
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|POSTHORN_|NODE_)/i.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    PATH: path.filter((entry) => !isOurs(entry)).join(delimiter),
  };
}

async function npm(cwd: string, args: readonly string[]): Promise<string> {
  const options = { cwd, env: hostEnv(), maxBuffer: 64 * 1024 * 1024 };
  return (await run("npm", [...args], options)).stdout;
}

/** An empty project with the tarballs of these packages. */
async function install(name: string, packages: RegExp): Promise<string> {
  const project = join(folder, name);
  await mkdir(project);
  await writeFile(join(project, "package.json"), '{"private":true}');
  await cp(join(ROOT, ".npmrc"), join(project, ".npmrc"));
  const files = tarballs.filter((file) => packages.test(file)).map((file) => join("..", file));
  await npm(project, ["install", "--no-audit", "--no-fund", "--prefer-offline", ...files]);
  return project;
}

async function node(cwd: string, args: readonly string[]): Promise<string> {
  return (await run("node", [...args], { cwd, env: hostEnv() })).stdout.trim();
}

test("every entry of the SDK loads on the host's Node, by import and by require, and its types are there", async () => {
  const project = await install("sdk", /^posthorn-sdk/);
  assert.deepEqual(
    (await readdir(join(project, "node_modules"))).filter((name) => !name.startsWith(".")),
    ["@posthorn"],
  );
  const manifest = JSON.parse(
    await readFile(join(project, "node_modules/@posthorn/sdk/package.json"), "utf8"),
  );
  const entries = Object.keys(manifest.exports).map((entry) =>
    entry.replace(/^\./, "@posthorn/sdk"),
  );
  assert.ok(entries.length >= 7);
  const others = Object.keys(manifest.peerDependencies ?? {});
  for (const entry of entries) {
    const loaded = `const all = await import("${entry}"); console.log(Object.keys(all).length > 0)`;
    const found = await node(project, ["--input-type=module", "-e", loaded]).catch(String);
    // What stands beside a library of the caller's own is loaded where that is.
    const isForOthers = others.some((name) => found.includes(`Cannot find package '${name}'`));
    assert.ok(found === "true" || isForOthers, `${entry}: ${found}`);
  }
  const [major = 0, minor = 0] = (await node(project, ["-p", "process.versions.node"]))
    .split(".")
    .map(Number);
  if (major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19)) {
    const required = 'console.log(typeof require("@posthorn/sdk").createAdminClient)';
    assert.equal(await node(project, ["-e", required]), "function");
  }
  await writeFile(
    join(project, "use.mts"),
    `import { createAdminClient, type Delivery } from "@posthorn/sdk";
import { verify } from "@posthorn/sdk/webhooks";
const admin = createAdminClient({ url: "http://127.0.0.1", apiKey: "phk_x" });
export async function first(): Promise<Delivery["id"] | undefined> {
  for await (const delivery of admin.deliveries.list({ status: "failed", limit: 1 })) return delivery.id;
  return undefined;
}
// @ts-expect-error -- There is no such status.
void admin.deliveries.list({ status: "lost" });
export const check = verify;
`,
  );
  const flags = [
    "--noEmit",
    "--strict",
    "--module",
    "nodenext",
    "--target",
    "es2022",
    "--skipLibCheck",
    "false",
  ];
  const types = ["--typeRoots", join(ROOT, "node_modules/@types"), "--types", "node"];
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  await run("node", [tsc, ...flags, ...types, "use.mts"], { cwd: project, env: hostEnv() }).catch(
    (error: { stdout?: string }) => assert.fail(error.stdout),
  );
});

test("the server starts from its tarball, serves the dashboard, and the command line publishes, delivers and verifies", async () => {
  const project = await install("server", /./);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const program = join(project, "node_modules", ".bin", "posthorn");
  const env = { ...hostEnv(), POSTHORN_URL: url };
  const child = spawn(program, ["start", "--port", String(port)], { cwd: project, env });
  let complaints = "";
  child.stderr.on("data", (text) => (complaints += text));
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.startsWith("{") && JSON.parse(line).event === "ready") break;
    }
    assert.equal((await fetch(`${url}/readyz`)).status, 200, complaints);
    const page = await fetch(url, { headers: { accept: "text/html" } });
    assert.match(await page.text(), /<script type="module"/);
    const posthorn = async (...args: string[]) =>
      JSON.parse((await run(program, [...args, "--json"], { cwd: project, env })).stdout);
    const inbox = await posthorn("inbox", "new");
    const endpoint = await posthorn("endpoints", "create", inbox.url, "--events", "*");
    await posthorn("trigger", "order.created", "--data", '{"total":1}', "--wait");
    assert.equal((await posthorn("endpoints", "health", endpoint.id)).healthy, true);
    const alone = join(project, "node_modules", ".bin", "posthorn-cli");
    const { stdout } = await run(alone, ["deliveries", "list", "--json"], { cwd: project, env });
    assert.deepEqual(
      JSON.parse(stdout).data.map(({ status }: { status: string }) => status),
      ["delivered"],
    );
  } finally {
    child.kill();
    const [code] = await once(child, "exit");
    assert.equal(code, 0, complaints);
  }
});
