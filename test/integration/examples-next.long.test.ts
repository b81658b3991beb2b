/**
 * The example in Next.js, built and started as somebody would who has copied its folder: with the SDK as JavaScript.
 * Installs some hundred megabytes.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { signTestEvent } from "@posthorn/sdk/webhooks";
import { freePort } from "../kit/port.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const SDK = join(ROOT, "packages/sdk");
const SECRET = `whsec_${Buffer.alloc(32, 11).toString("base64")}`;
const env = {
  ...process.env,
  NEXT_TELEMETRY_DISABLED: "1",
  CI: "1",
  WEBHOOK_SECRET: SECRET,
  PATH: [dirname(process.execPath), process.env["PATH"]].join(delimiter),
};

async function run(cwd: string, command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "ignore", "inherit"] });
  const [code] = await once(child, "exit");
  assert.equal(code, 0, `${command} ${args.join(" ")}`);
}

/** As the published package is: built JavaScript, and nothing of the sources. */
async function installSdk(folder: string): Promise<void> {
  const target = join(folder, "node_modules/@posthorn/sdk");
  mkdirSync(target, { recursive: true });
  const config = {
    extends: join(ROOT, "tsconfig.json"),
    compilerOptions: {
      noEmit: false,
      outDir: join(target, "dist"),
      rootDir: join(SDK, "src"),
      typeRoots: [join(ROOT, "node_modules/@types")],
      declaration: true,
      customConditions: [],
    },
    include: [join(SDK, "src/**/*.ts")],
    // Whole: what is relative begins at this file, far from the sources.
    exclude: [join(SDK, "src/**/*.test.ts")],
  };
  const file = join(folder, "sdk.tsconfig.json");
  writeFileSync(file, JSON.stringify(config));
  await run(ROOT, process.execPath, ["node_modules/typescript/bin/tsc", "-p", file]);
  rmSync(file);
  cpSync(join(SDK, "package.json"), join(target, "package.json"));
}

test("the receiver in Next.js builds, starts, and answers as everywhere", async () => {
  const folder = mkdtempSync(join(tmpdir(), "posthorn-next-"));
  try {
    cpSync(join(ROOT, "examples/next-receiver"), folder, { recursive: true });
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    delete manifest.dependencies["@posthorn/sdk"];
    writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
    await run(folder, "npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"]);
    await installSdk(folder);
    const program = join(folder, "node_modules/next/dist/bin/next");
    await run(folder, process.execPath, [program, "build"]);
    const port = await freePort();
    const args = [program, "start", "--hostname", "127.0.0.1", "--port", String(port)];
    const child = spawn(process.execPath, args, {
      cwd: folder,
      env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      await ready(child.stdout);
      await answers(`http://127.0.0.1:${port}/webhooks`);
    } finally {
      const ended = once(child, "exit");
      child.kill();
      await ended;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

async function ready(output: Readable): Promise<void> {
  for await (const line of createInterface(output)) if (line.includes("Ready")) return;
  assert.fail("it has ended");
}

async function answers(url: string): Promise<void> {
  const data = { orderId: "ord_1" };
  const input = { format: "standard", secret: SECRET, type: "order.created", data } as const;
  const { headers, body } = signTestEvent(input);
  const answer = async (init: RequestInit) => {
    const response = await fetch(url, init);
    return `${response.status} ${await response.text()}`;
  };
  const post = (text: string) => answer({ method: "POST", headers, body: text });
  assert.equal(await post(body), '200 {"received":true}');
  assert.equal(await post(body), '200 {"received":true}');
  assert.equal(await post(`${body} `), '401 {"error":"Invalid signature"}');
  for (const method of ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
    assert.equal(await answer({ method }), '405 {"error":"Method not allowed"}', method);
  }
}
