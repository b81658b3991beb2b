/**
 * The built SDK on runtimes that are not Node, against a real server: Bun, Deno, and workerd, which is what
 * Cloudflare's workers run on. They come from npm into a folder of the test's own; nobody else needs them.
 */
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import type { ExerciseInput } from "../kit/sdk-exercise.ts";
import { eventually } from "../kit/eventually.ts";
import { freePort } from "../kit/port.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const DIST = "node_modules/@posthorn/sdk/dist";
const SECRET = `whsec_${Buffer.alloc(32, 3).toString("base64")}`;
const run = promisify(execFile);

/** The programs as npm has them for this machine. */
const [system, isArm] = [process.platform, process.arch === "arm64"];
const libc = system === "linux" ? "-glibc" : "";
const RUNTIMES = {
  bun: [`@oven/bun-${system}-${isArm ? "aarch64" : "x64"}`, "1.4.5", "bin/bun"],
  deno: [`@deno/${system}-${process.arch}${libc}`, "2.9.6", "deno"],
  workerd: [
    `@cloudflare/workerd-${system}-${isArm ? "arm64" : "64"}`,
    "1.20261117.1",
    "bin/workerd",
  ],
} as const;

let project: string;
let server: TestServer;
let receiver: Receiver;
let input: ExerciseInput;

before(async () => {
  [server, receiver, project] = await Promise.all([
    createTestServer(),
    startReceiver(),
    mkdtemp(join(tmpdir(), "posthorn-runtimes-")),
  ]);
  await run("npm", ["pack", "-w", "packages/sdk", "--pack-destination", project], { cwd: ROOT });
  const [tarball = ""] = (await readdir(project)).filter((name) => name.endsWith(".tgz"));
  await writeFile(join(project, "package.json"), '{"private":true,"type":"module"}');
  await cp(join(ROOT, ".npmrc"), join(project, ".npmrc"));
  const programs = Object.values(RUNTIMES).map(([name, version]) => `${name}@${version}`);
  const install = ["install", "--no-audit", "--no-fund", "--prefer-offline"];
  await run("npm", [...install, `./${tarball}`, ...programs], { cwd: project });
  const { organizationId, url, operatorKey: key } = server;
  const made = await server.api("POST", "/api/webhooks", { url: receiver.url, events: ["*"] });
  input = { url, key, organizationId, endpointId: made.body.id, secret: SECRET };
  const source = await readFile(join(ROOT, "test/kit/sdk-exercise.ts"), "utf8");
  await writeFile(join(project, "exercise.js"), stripTypeScriptTypes(source));
  await writeFile(
    join(project, "main.js"),
    `import * as sdk from "@posthorn/sdk";
import * as webhooks from "@posthorn/sdk/webhooks";
import { exercise } from "./exercise.js";
console.log(JSON.stringify(await exercise(sdk, webhooks, ${JSON.stringify(input)})));
`,
  );
});

after(async () => {
  await rm(project, { recursive: true, force: true });
  await Promise.all([server.close(), receiver.close()]);
});

const EXPECTED = {
  isListed: true,
  sent: ["delivered", 200],
  health: ["healthy", "lastDelivery", "successRate"],
  missing: ["string", "not_found"],
  answers: [200, 200, 401, 405],
  handled: [{ orderId: "ord_1", ü: "é" }],
};

function program(runtime: keyof typeof RUNTIMES): string {
  const [name, , path] = RUNTIMES[runtime];
  return join(project, "node_modules", name, path);
}

test("on Bun the client calls the API and a receiver takes events", async () => {
  const { stdout } = await run(program("bun"), ["main.js"], { cwd: project });
  assert.deepEqual(JSON.parse(stdout), EXPECTED);
});

test("on Deno the same, with the right to the network alone", async () => {
  const args = ["run", "--allow-net", "--no-prompt", "main.js"];
  const env = { ...process.env, DENO_NO_UPDATE_CHECK: "1" };
  const { stdout } = await run(program("deno"), args, { cwd: project, env });
  assert.deepEqual(JSON.parse(stdout), EXPECTED);
});

test("on workers the same, with nodejs_compat", async () => {
  const answer = await askWorker({
    flags: ["nodejs_compat"],
    code: `import * as sdk from "./sdk/client.js";
import * as webhooks from "./sdk/webhooks.js";
import { exercise } from "./exercise.js";
export default { fetch: async () => Response.json(await exercise(sdk, webhooks, ${JSON.stringify(input)})) };`,
  });
  assert.deepEqual(answer, EXPECTED);
});

test("on workers without any flag the client calls the API: it needs nothing of Node", async () => {
  const answer = await askWorker({
    flags: [],
    code: `import { createAdminClient } from "./sdk/client.js";
const admin = createAdminClient({ url: "${input.url}", secretKey: "${input.key}" });
export default { fetch: async () => Response.json(await admin.webhooks.verify("${input.endpointId}")) };`,
  });
  assert.deepEqual(Object.keys(answer).toSorted(), EXPECTED.health);
});

test("nothing that the client loads imports anything that is not ours", async () => {
  const seen = await importsOf(join(project, DIST, "client.js"));
  assert.ok(seen.size > 5, "the client has several modules");
});

/** A module and all that it imports; a name that is no path of ours is refused. */
async function importsOf(file: string, seen = new Set<string>()): Promise<ReadonlySet<string>> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const code = await readFile(file, "utf8");
  // A route whose path ends with the word imports nothing.
  for (const [, name = ""] of code.matchAll(/(?<![\w/])(?:from|import)\s*\(?\s*"([^"]+)"/g)) {
    assert.match(name, /^\.\.?\//, `${file} imports ${name}`);
    await importsOf(join(file, "..", name), seen);
  }
  return seen;
}

/** Serves one worker, and answers what it answers. */
async function askWorker(worker: {
  readonly flags: readonly string[];
  readonly code: string;
}): Promise<Record<string, unknown>> {
  const port = await freePort();
  await writeFile(join(project, "worker.js"), worker.code);
  await writeFile(join(project, "worker.capnp"), await workerConfig(worker.flags, port));
  const child = spawn(program("workerd"), ["serve", "worker.capnp"], { cwd: project });
  let complaints = "";
  child.stderr.on("data", (text) => (complaints += text));
  try {
    // A program that starts refuses connections until it is there.
    const response = await eventually("workerd answers", () =>
      fetch(`http://127.0.0.1:${port}/`).catch(() => undefined),
    );
    const text = await response.text();
    assert.equal(response.status, 200, text + complaints);
    return JSON.parse(text);
  } finally {
    child.kill();
    await once(child, "exit");
  }
}

/** Workers have no folder: each module is named. */
async function workerConfig(flags: readonly string[], port: number): Promise<string> {
  const files = await readdir(join(project, DIST), { recursive: true });
  const modules = files
    .filter((name) => name.endsWith(".js") && !/drizzle|express|fastify|hono|next/.test(name))
    .map((name) => `(name = "sdk/${name}", esModule = embed "${DIST}/${name}")`);
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker), (name = "internet", network = (allow = ["private"]))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")]
);
const worker :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "worker.js"),
    (name = "exercise.js", esModule = embed "exercise.js"),
    ${modules.join(",\n    ")}
  ],
  compatibilityDate = "2026-01-01",
  compatibilityFlags = [${flags.map((flag) => `"${flag}"`).join(", ")}]
);
`;
}
