/** Commands that look at this machine, at profiles, or go on until somebody ends them. */
import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openProfileTools } from "../../packages/server/src/profile-tools.ts";
import { cli, type CliOptions } from "../kit/cli.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;
let receiver: Receiver;
const folder = mkdtempSync(join(tmpdir(), "posthorn-local-"));

before(async () => {
  server = await createTestServer();
  receiver = await startReceiver();
});
after(async () => {
  rmSync(folder, { recursive: true });
  await receiver.close();
  await server.close();
});

function run(argv: readonly string[], options: CliOptions = {}) {
  const env = { POSTHORN_URL: server.url, POSTHORN_OPERATOR_KEY: server.operatorKey };
  return cli(argv, { env, folder, profileTools: openProfileTools(folder), ...options });
}

test("doctor says what is wrong, and ends with 10 for it", async () => {
  const good = await run(["doctor", "--json"]);
  assert.equal(good.exitCode, 0, good.stdout);
  assert.deepEqual(
    good.json.data.map(({ check }: { check: string }) => check),
    ["Node", "settings", "server", "clock", "key"],
  );
  const [, settings, , , key] = good.json.data;
  assert.equal(settings.detail, "no home, so no file");
  assert.match(key.detail, /^pho_.{4}… of POSTHORN_OPERATOR_KEY is known$/);
  const bad = await run(["doctor", "--url", "http://127.0.0.1:1", "-q"]);
  assert.equal(bad.exitCode, 10);
  assert.equal(bad.stdout, "server\nkey\n");
});

test("doctor names the file that the key stands in, and none that is not there", async () => {
  const home = join(folder, "home");
  mkdirSync(join(folder, ".posthorn"));
  const file = join(folder, ".posthorn/operator.env");
  writeFileSync(file, `POSTHORN_OPERATOR_KEY=${server.operatorKey}\n`);
  try {
    const env = { POSTHORN_URL: server.url, XDG_CONFIG_HOME: home };
    const { json } = await run(["doctor", "--json"], { env });
    const [, settings, , , key] = json.data;
    assert.equal(
      settings.detail,
      `${join(home, "posthorn/config.toml")} is not there, nor has to be`,
    );
    assert.ok(key.detail.includes(file), key.detail);
  } finally {
    rmSync(join(folder, ".posthorn"), { recursive: true });
  }
});

test("what people try first is understood, and no help shows it", async () => {
  assert.equal((await run(["webhooks", "list"])).exitCode, 0);
  const inbox = await run(["inbox", "create", "-q"]);
  assert.equal(inbox.exitCode, 0, inbox.stderr);
  const made = await run(["endpoints", "new", inbox.stdout.trim(), "--disabled", "--json"]);
  assert.equal(made.exitCode, 0, made.stderr);
  assert.equal((await run(["webhooks", "delete", made.json.id, "--yes"])).exitCode, 0);
  for (const argv of [["--help"], ["inbox", "--help"], ["endpoints", "create", "--help"]]) {
    assert.doesNotMatch((await run(argv)).stdout, /webhooks\||\|webhooks|new\||create\|/);
  }
  const { stderr } = await run(["webhooks", "get"]);
  assert.match(stderr, /; see posthorn endpoints get --help$/m);
});

test("words that do not exist are answered with those that do", async () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ["trigger --scenario drop", /drop; those of fanfare\/guide, fanfare\/overview, .* have\.$/m],
    ["completion tcsh", /^posthorn: There is no completion for tcsh, but for bash, zsh, fish\.$/m],
    [
      "orgs update org_x --limit foo=3",
      /^posthorn: "foo" is no limit; there are endpoints, keys, /m,
    ],
    [
      "deliveries list --status failled",
      / {2}The value is not one of those .*: pending, sending, /m,
    ],
    ["sources create --provider paypal", / {2}The value is not one of those .*: stripe, twilio, /m],
    ["inbox new --behave flaky:2", /\/behavior\/rate .* above the maximum: at most 1\.$/m],
    ["sources create --provider stripe --generate-secret", / {2}Stripe makes the secret itself: /m],
  ];
  for (const [line, message] of wrong) assert.match((await run(line.split(" "))).stderr, message);
});

test("types says that there is nothing to type", async () => {
  const { exitCode, stdout, stderr } = await run(["types"]);
  assert.equal(exitCode, 0);
  assert.match(stdout, /interface WebhookEvents \{\n\}/);
  assert.equal(stderr, "The catalogue has no event type: posthorn event-types create adds one.\n");
});

test("profiles: those of the server, and lint, diff and test of a file", async () => {
  const { json } = await run(["profiles", "list", "--json"]);
  assert.ok(json.data.some(({ id }: { id: string }) => id === "fabhub"));
  assert.match((await run(["plans", "fabhub"])).stdout, /enterprise/);
  writeFileSync(join(folder, "ours.json"), JSON.stringify({ id: "ours", extends: "default" }));
  const linted = await run(["profiles", "lint", "ours.json", "--json"]);
  const bad = { id: "bad", extends: "default", nonsense: 1 };
  writeFileSync(join(folder, "bad.json"), JSON.stringify(bad));
  assert.equal((await run(["profiles", "lint", "bad.json"])).exitCode, 10);
  assert.ok([0, 10].includes(linted.exitCode), linted.stderr);
  const changes = await run(["profiles", "diff", "fanfare/guide", "fanfare/planned", "--json"]);
  assert.ok(changes.json.data.some(({ pointer }: { pointer: string }) => pointer === "/id"));
  for (const id of ["default", "fanfare/guide", "fanfare/planned", "fanhaven", "fabhub"]) {
    const tested = await run(["profiles", "test", id, "--json"]);
    assert.equal(tested.exitCode, 0, tested.stdout + tested.stderr);
    assert.ok(tested.json.data.length > 0);
  }
});

test("open names the page of an object; completion prints a script", async () => {
  const id = "ep_01h2xcejqtf2nbrexx3vqjhp41";
  const opened = await run(["open", id]);
  assert.equal(opened.stdout, `${server.url}/settings/integrations/webhooks/${id}\n`);
  assert.equal((await run(["open", "nonsense"])).exitCode, 2);
  assert.match((await run(["completion", "bash"])).stdout, /complete -o default -F _posthorn/);
  assert.equal((await run(["completion", "tcsh"])).exitCode, 2);
});

test("events tail shows what is accepted, in order; events resend sends it again", async () => {
  const stop = new AbortController();
  const news = new EventEmitter();
  let shown = "";
  const tailing = run(["events", "tail", "--type", "order.*", "--json"], {
    interrupted: stop.signal,
    onOutput(text) {
      shown += text;
      news.emit("shown");
    },
  });
  for (;;) {
    const { body } = await server.api("GET", "/api/listeners");
    if (body.data.length > 0) break;
  }
  const url = `${receiver.url}/resent`;
  await run(["endpoints", "create", url, "--events", "*"]);
  for (const n of [1, 2]) {
    await run(["events", "publish", "order.created", "--data", `{"n":${n}}`]);
  }
  while (shown.split("\n").length < 3) await once(news, "shown");
  stop.abort();
  assert.equal((await tailing).exitCode, 130);
  const [first, second] = shown.split("\n").map((line) => (line ? JSON.parse(line) : undefined));
  assert.deepEqual([JSON.parse(first.body).data.n, JSON.parse(second.body).data.n], [1, 2]);
  await receiver.waitFor(2);
  const { stdout, stderr, exitCode } = await run(["events", "resend", first.id, "-q"]);
  assert.equal(exitCode, 0, stderr);
  assert.match(stdout, /^dlv_/);
  await receiver.waitFor(3);
});
