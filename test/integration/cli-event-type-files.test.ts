/** What `posthorn types` writes, judged by the TypeScript compiler. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { cli } from "../kit/cli.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

const run = promisify(execFile);
const ROOT = new URL("../../", import.meta.url).pathname;

let server: TestServer;
let folder: string;

before(async () => {
  server = await createTestServer({ profile: "fanfare/guide" });
  // Inside the repository, so that the SDK's sources are found by their name.
  folder = await mkdtemp(join(ROOT, "test", ".types-"));
});

after(async () => {
  await rm(folder, { recursive: true });
  await server.close();
});

function posthorn(...argv: readonly string[]) {
  const env = { POSTHORN_URL: server.url, POSTHORN_OPERATOR_KEY: server.operatorKey };
  return cli(argv, { env, folder });
}

test("the file compiles, knows every type of the catalogue, and a receiver takes it", async () => {
  const written = await posthorn("types", "--out", "webhook-events.ts", "--json");
  assert.equal(written.exitCode, 0, written.stderr);
  assert.deepEqual(written.json, {
    out: "webhook-events.ts",
    count: written.json.count,
    isChanged: true,
  });
  assert.ok(written.json.count >= 19);
  assert.equal(
    (await posthorn("types", "--out", "webhook-events.ts", "--json")).json.isChanged,
    false,
  );
  await writeFile(
    join(folder, "use.ts"),
    `import { createReceiver } from "@posthorn/sdk/webhooks";
import type { WebhookEvents, WebhookEventType } from "./webhook-events.ts";
const receiver = createReceiver<WebhookEvents>({ format: "fanfare/guide", secret: "s" });
receiver.on("queue.consumer_admitted", (event) => {
  const token: string = event.data.admissionToken;
  const place: number = event.data.position;
  // @ts-expect-error -- There is no such member.
  void event.data.nothing;
  void [token, place];
});
export const known: WebhookEventType = "draw.winners_selected";
// @ts-expect-error -- There is no such type.
export const unknown: WebhookEventType = "draw.nothing";
`,
  );
  await writeFile(
    join(folder, "tsconfig.json"),
    JSON.stringify({ extends: "../../tsconfig.json", include: ["*.ts"], exclude: [] }),
  );
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  await run(process.execPath, [tsc, "-p", folder]).catch((error: { stdout?: string }) =>
    assert.fail(error.stdout),
  );
});

test("without --out the module is on stdout; --watch without it, and a place that is none, are refused", async () => {
  const { stdout, exitCode } = await posthorn("types");
  assert.equal(exitCode, 0);
  assert.equal(stdout, await readFile(join(folder, "webhook-events.ts"), "utf8"));
  assert.equal((await posthorn("types", "--watch")).exitCode, 2);
  assert.equal((await posthorn("types", "--out", "nowhere/at/all.ts")).exitCode, 2);
});

test("--watch writes the file, and goes on until the time is over", async () => {
  const { exitCode, stderr } = await posthorn(
    "types",
    "--out",
    "watched.ts",
    "--watch",
    "--timeout",
    "1s",
  );
  assert.equal(exitCode, 124, stderr);
  assert.match(await readFile(join(folder, "watched.ts"), "utf8"), /interface WebhookEvents/);
});
