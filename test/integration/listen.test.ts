/** `posthorn listen`: nothing is lost and the order of arrival is kept, whatever happens on the way. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, beforeEach, test } from "node:test";
import { verify, webhookFormats } from "@posthorn/sdk/webhooks";
import { cli, type CliOptions } from "../kit/cli.ts";
import { createDatabase, type TestDatabase } from "../kit/database.ts";
import { startFaultProxy } from "../kit/fault-proxy.ts";
import { freePort } from "../kit/port.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

const MAIN = fileURLToPath(new URL("../../packages/server/src/main.ts", import.meta.url));

let database: TestDatabase;
let server: TestServer;
let port: number;
let receiver: Receiver;

before(async () => {
  [database, port, receiver] = await Promise.all([createDatabase(), freePort(), startReceiver()]);
  server = await startAgain();
});

after(async () => {
  await receiver.close();
  await server.close();
  await database.close();
});

let seen = 0;
beforeEach(() => void (seen = receiver.requests.length));

function startAgain(): Promise<TestServer> {
  return createTestServer({ database, port, profile: "fanfare/guide" });
}

interface Listening {
  /** Resolves when something of this kind was said. */
  said(kind: string, count?: number): Promise<void>;
  readonly lines: readonly { kind: string; eventId?: string; status?: number }[];
  end(): Promise<number>;
}

/** `posthorn listen --json` in this process, connected. */
async function listen(
  argv: readonly string[] = [],
  { url = server.url, to = `${receiver.url}/ok` } = {},
): Promise<Listening> {
  const stop = new AbortController();
  const news = new EventEmitter();
  const lines: { kind: string }[] = [];
  const options: CliOptions = {
    env: { POSTHORN_URL: url, POSTHORN_OPERATOR_KEY: server.operatorKey },
    interrupted: stop.signal,
    onOutput(text) {
      for (const line of text.trim().split("\n")) lines.push(JSON.parse(line));
      news.emit("said");
    },
  };
  const ended = cli(["listen", "--forward-to", to, "--json", ...argv], options);
  const listening: Listening = {
    lines,
    async said(kind, count = 1) {
      while (lines.filter((line) => line.kind === kind).length < count) {
        const first = await Promise.race([once(news, "said"), ended]);
        if ("exitCode" in first) assert.fail(`it ended: ${first.stderr}`);
      }
    },
    async end() {
      stop.abort();
      return (await ended).exitCode;
    },
  };
  await listening.said("ready");
  return listening;
}

async function publish(count: number, from = 1, type = "queue.consumer_entered") {
  for (let n = from; n < from + count; n++) {
    const { status } = await server.api("POST", "/api/events", { type, data: { n } });
    assert.equal(status, 202);
  }
}

/** The numbers of the events that the receiver has got in this test, in their order. */
async function received(count: number): Promise<number[]> {
  const requests = (await receiver.waitFor(seen + count, 20_000)).slice(seen);
  return requests.map(({ body }) => JSON.parse(body.toString()).data.n);
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

test("forwards the bytes and headers of a delivery, signed with the machine's secret", async () => {
  const listening = await listen(["--events", "queue.*", "--header", "X-Local: yes"]);
  const { secret } = Object(listening.lines[0]);
  await publish(1, 1, "draw.entry_created");
  await publish(1);
  assert.deepEqual(await received(1), [1]);
  const { headers, body, rawHeaders } = receiver.requests[seen] ?? assert.fail();
  const format = webhookFormats["fanfare/guide"];
  assert.equal(verify({ format, secret, headers, body, now: Date.now() }).ok, true);
  assert.equal(headers["x-local"], "yes");
  assert.ok(rawHeaders.includes("X-Fanfare-Signature"), rawHeaders.join());
  await listening.said("forwarded");
  assert.equal(await listening.end(), 130);
  const { body: left } = await server.api("GET", "/api/listeners");
  assert.deepEqual(left.data, []);
});

test("a receiver that refuses is shown once and not asked again", async () => {
  const listening = await listen([], { to: `${receiver.url}/status/500` });
  await publish(2);
  await received(2);
  await listening.said("forwarded", 2);
  const shown = listening.lines.filter(({ kind }) => kind === "forwarded");
  assert.deepEqual(
    shown.map(({ status }) => status),
    [500, 500],
  );
  await listening.end();
});

test("replays what happened before with --since, and then goes on", async () => {
  await publish(2, 1, "experience.started");
  const listening = await listen(["--events", "experience.started", "--since", "10m"]);
  await publish(1, 3, "experience.started");
  assert.deepEqual(await received(3), [1, 2, 3]);
  await listening.end();
});

test("a receiver that is not there yet gets everything, in order, when it comes", async () => {
  const local = await freePort();
  const listening = await listen([], { to: `127.0.0.1:${local}/late` });
  await publish(5);
  await listening.said("unreachable");
  const got: number[] = [];
  const all = new EventEmitter();
  const late: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    got.push(JSON.parse(Buffer.concat(chunks).toString()).data.n);
    response.end();
    if (got.length === 5) all.emit("done");
  });
  late.listen(local, "127.0.0.1");
  await once(all, "done");
  assert.deepEqual(got, numbers(5));
  await listening.said("forwarded", 5);
  await listening.end();
  late.close();
});

test("nothing is lost and nothing comes twice when the network is cut", async () => {
  const proxy = await startFaultProxy(port);
  const listening = await listen([], { url: `http://127.0.0.1:${proxy.port}` });
  await publish(10);
  await received(10);
  proxy.cut();
  await publish(10, 11);
  proxy.cut();
  await publish(10, 21);
  assert.deepEqual(await received(30), numbers(30));
  await listening.said("forwarded", 30);
  await listening.end();
  await proxy.close();
});

test("nothing is lost while the server restarts", async () => {
  const listening = await listen();
  await publish(5);
  await received(5);
  await server.close();
  server = await startAgain();
  await publish(5, 6);
  assert.deepEqual(await received(10), numbers(10));
  await listening.said("forwarded", 10);
  await listening.end();
});

test("nothing is lost while the laptop sleeps", async () => {
  const argv = ["--conditions=source", MAIN, "listen", "--json", "--forward-to"];
  const env = {
    ...process.env,
    POSTHORN_URL: server.url,
    POSTHORN_OPERATOR_KEY: server.operatorKey,
    HOME: "/nonexistent",
  };
  const child = spawn(process.execPath, [...argv, `${receiver.url}/ok`], { env });
  await once(child.stdout, "data");
  await publish(3);
  await received(3);
  child.kill("SIGSTOP");
  await publish(150, 4);
  child.kill("SIGCONT");
  assert.deepEqual(await received(153), numbers(153));
  const exited = once(child, "exit");
  child.kill("SIGINT");
  assert.deepEqual(await exited, [130, null]);
});

test("the secret of this machine is printed, and the same one each time", async () => {
  const home = mkdtempSync(join(tmpdir(), "posthorn-home-"));
  const env = { HOME: home };
  const first = await cli(["listen", "--print-secret"], { env });
  assert.match(first.stdout, /^whsec_[A-Za-z0-9+/=]+\n$/);
  const second = await cli(["listen", "--print-secret", "-q"], { env });
  assert.equal(second.stdout, first.stdout);
  rmSync(home, { recursive: true });
});
