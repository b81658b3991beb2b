/** The README's first webhook is made as it stands there, and leaves an installation where everything works. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { cli } from "../kit/cli.ts";
import { codeBlocks } from "../kit/guide.ts";
import { freePort } from "../kit/port.ts";
import { readOperatorKey, startNode, type NodeProcess } from "../kit/process.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");

let folder = "";
let node: NodeProcess;
let receiverPort = 0;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "posthorn-readme-"));
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  receiverPort = await freePort();
  mkdirSync(join(folder, "examples"));
  writeFileSync(join(folder, "examples/receive.ts"), onOurPorts(read("examples/receive.ts")));
  node = await startNode(["--port=0", `--data-dir=${join(folder, ".posthorn")}`]);
});
after(async () => {
  await node.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Other tests run on this machine, perhaps the reader's own server, too. */
function onOurPorts(text: string): string {
  return text.replaceAll("9000", String(receiverPort));
}

function blocksUnder(...headings: string[]): string {
  const parts = read("README.md").split(/^## /m);
  const sections = headings.map(
    (heading) =>
      parts.find((part) => part.startsWith(`${heading}\n`)) ?? assert.fail(`${heading}: gone`),
  );
  const code = sections.flatMap((section) => codeBlocks(section, "sh")).join("");
  return onOurPorts(code).replaceAll("http://127.0.0.1:4400", node.url);
}

test("the first webhook by hand and the receiver work, and nothing fails afterwards", async () => {
  const env = {
    POSTHORN_URL: node.url,
    POSTHORN_OPERATOR_KEY: readOperatorKey(join(folder, ".posthorn")),
  };
  // As "by command" leaves it: a second endpoint that wants every event, so that an event has two deliveries.
  const { stdout: inbox } = await cli(["inbox", "new", "-q"], { env });
  await cli(["endpoints", "create", inbox.trim()], { env });

  const script = blocksUnder("The first webhook, by hand", "Receive in your own code");
  const ran = spawnSync("bash", ["-eu", "-c", script], { cwd: folder, encoding: "utf8" });
  assert.equal(ran.status, 0, ran.stderr);
  assert.match(ran.stdout, /attemptCount: 2/);
  assert.match(ran.stdout, /^\S+ \{"type":"order\.paid"/m);

  const { json } = await cli(["endpoints", "list", "--json"], { env });
  assert.equal(json.data.length, 2);
  const { exitCode, stderr } = await cli(["trigger", "order.paid", "--wait"], { env });
  assert.equal(exitCode, 0, stderr);
});
