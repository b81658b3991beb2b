import assert from "node:assert/strict";
import http from "node:http";
import { after, before, test } from "node:test";
import { cli } from "../kit/cli.ts";
import { freePort } from "../kit/port.ts";

/** A server that answers as the path of its address says: `/404`, `/hang`, `/text`, `/page`, `/answer`. */
let fake: http.Server;
let url: string;
let answer = "{}";

before(async () => {
  fake = http.createServer((request, response) => {
    const [, name = ""] = (request.url ?? "").split("/");
    if (name === "hang") return;
    if (name === "text") return void response.end("<html>");
    if (name === "page") return void response.writeHead(404).end("<html>");
    if (name === "answer") return void response.end(answer);
    const headers = { "content-type": "application/problem+json", "x-request-id": "req_1" };
    const retry = name === "429" ? { "retry-after": "7" } : {};
    response.writeHead(Number(name), { ...headers, ...retry, location: "/answer" });
    const errors = [{ pointer: "/url", code: "c", message: "is bad\u001b[2J", fix: "Fix it." }];
    const problem = {
      title: "Refused\u001b]0;pwn\u0007",
      code: "some_code",
      detail: "Why.",
      errors,
    };
    response.end(JSON.stringify(problem));
  });
  const port = await freePort();
  await new Promise<void>((resolve) => fake.listen(port, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${port}`;
});

after(() => {
  fake.closeAllConnections();
  fake.close();
});

const list = (path: string, ...more: string[]) =>
  cli(["orgs", "list", "--url", `${url}/${path}`, "--key", "pho_x", ...more]);

test("each kind of refusal has its exit code", async () => {
  const codes = {
    302: 1,
    400: 6,
    401: 3,
    403: 5,
    404: 4,
    409: 6,
    412: 6,
    422: 6,
    429: 8,
    500: 1,
    503: 7,
  };
  for (const [status, exitCode] of Object.entries(codes)) {
    assert.equal((await list(status)).exitCode, exitCode, status);
  }
});

test("a refusal says title, reason, code, fields and when to come back, without control characters", async () => {
  const { stdout, stderr } = await list("429");
  assert.equal(stdout, "");
  assert.equal(
    stderr,
    "posthorn: Refused]0;pwn: Why. (some_code)\n  /url  is bad[2J  Fix it.\n  Retry after 7 s.\n",
  );
  const verbose = await list("404", "-v");
  assert.match(verbose.stderr, /^GET \/api\/organizations 404 req_1\n/);
  assert.match(verbose.stderr, /Request req_1/);
});

test("with --json an error is one object on stderr and stdout stays empty", async () => {
  const { stdout, stderr } = await list("429", "--json");
  assert.equal(stdout, "");
  const { error } = JSON.parse(stderr);
  const members = "code,errors,exitCode,message,requestId,retryAfterSeconds,status";
  assert.equal(Object.keys(error).toSorted().join(), members);
  assert.equal(error.exitCode, 8);
  assert.equal(error.retryAfterSeconds, 7);
  const wrong = await cli(["nonsense", "--json"]);
  assert.equal(wrong.exitCode, 2);
  assert.equal(JSON.parse(wrong.stderr).error.code, "usage");
});

test("no server, an answer of somebody else, no key, and too late", async () => {
  const port = await freePort();
  const absent = await cli(["orgs", "list", "--url", `http://127.0.0.1:${port}`, "--key", "k"]);
  assert.equal(absent.exitCode, 7);
  assert.match(absent.stderr, /ECONNREFUSED/);
  assert.equal((await list("text")).exitCode, 1);
  const page = await list("page");
  assert.equal(page.exitCode, 1);
  assert.match(page.stderr, /else than Posthorn answered 404/);
  assert.equal((await cli(["orgs", "list", "--url", url])).exitCode, 3);
  const late = await list("hang", "--timeout", "1s");
  assert.equal(late.exitCode, 124);
  assert.match(late.stderr, /Not done after 1s/);
});

test("what others wrote reaches the terminal without its control characters, in every form", async () => {
  const row = { id: "org_1", name: "a\u001b]0;pwn\u0007b\u009b2J" };
  answer = JSON.stringify({ data: [row], nextCursor: null, hasMore: false });
  for (const form of [[], ["--json"], ["-q"]]) {
    const { stdout, exitCode } = await list("answer", ...form);
    assert.equal(exitCode, 0);
    // oxlint-disable-next-line no-control-regex -- These must not be there.
    assert.doesNotMatch(stdout, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  }
  assert.equal((await list("answer", "--json")).json.data[0].name, row.name);
});

const VERBS = {
  endpoints:
    "list get create update delete pause resume test send health waiting queues roll-secret secret",
  events: "publish list get types",
  deliveries: "list get redeliver retry skip give-up cancel",
  inbox: "new list set requests",
  orgs: "list create",
};
const COMMANDS = [
  "trigger",
  "verify",
  "sign",
  ...Object.entries(VERBS).flatMap(([noun, verbs]) =>
    verbs.split(" ").map((verb) => `${noun} ${verb}`),
  ),
];

test("the help of every command names the global flags, and ends with two examples of it and a curl", async () => {
  for (const command of COMMANDS) {
    const { stdout, exitCode } = await cli([...command.split(" "), "--help"]);
    assert.equal(exitCode, 0, command);
    assert.match(stdout, /--json/, command);
    const [shown = "", curl = ""] = (stdout.split("Examples:\n")[1] ?? "").split("\n\n");
    const isOffline = command === "verify" || command === "sign";
    assert.match(curl, isOffline ? /^$/ : /^The first one with curl.*:\n  curl /, command);
    // Pasted in a fresh clone it works: each variable has a value there, or the title says from where.
    const variables = new Set(curl.match(/\$\{?POSTHORN_[^"]*/g));
    for (const each of variables) assert.match(each, /:-|_OPERATOR_KEY|_SESSION/, command);
    assert.equal(curl.includes("OPERATOR_KEY"), curl.includes("operator.env"), command);
    const lines = shown.trimEnd().split("\n");
    assert.equal(lines.length, 2, command);
    for (const line of lines)
      assert.ok(
        line.startsWith(`  posthorn ${command} `) || line === `  posthorn ${command}`,
        line,
      );
  }
});

test("a noun without a verb, an unknown flag and a missing argument are usage errors", async () => {
  for (const argv of [["endpoints"], ["endpoints", "get"], ["orgs", "list", "--nonsense"]]) {
    assert.equal((await cli(argv)).exitCode, 2, argv.join(" "));
  }
  assert.equal((await cli(["endpoints", "get", "../organizations", "--key", "k"])).exitCode, 2);
});
