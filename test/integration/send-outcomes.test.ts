import assert from "node:assert/strict";
import { after, test, type TestContext } from "node:test";
import { addressPolicy, parseCidrs } from "../../packages/server/src/domain/address.ts";
import { createSender, type SendResult } from "../../packages/server/src/delivery/send.ts";
import { systemClock, type Clock } from "../../packages/server/src/platform/clock.ts";
import { startRawReceiver, startReceiver, type Receiver } from "../kit/receiver.ts";
import { rawPath } from "../kit/receiver-behaviours.ts";

const policy = addressPolicy({ allow: parseCidrs(["127.0.0.0/8", "::1"]).cidrs, deny: [] });
const sender = createSender({ clock: systemClock, policy, bodiesOfNonPublicKept: true });
const receiver = await startReceiver();
after(() => Promise.all([sender.close(), receiver.close()]));

const body = Buffer.from('{"id":"evt_1","data":{"n":1.0}}');
const headers = [
  ["content-type", "application/json"],
  ["webhook-id", "msg_1"],
] as const;

function send(url: string, timeoutMs = 60_000): Promise<SendResult> {
  return sender.send({ url, headers, body, timeoutMs });
}

function sendTo(path: string, timeoutMs?: number): Promise<SendResult> {
  return send(receiver.url + path, timeoutMs);
}

/** A receiver that a failing test closes too. */
async function ownReceiver(t: TestContext): Promise<Receiver> {
  const own = await startReceiver();
  t.after(() => own.close());
  return own;
}

/** A clock on which a second passes in a fraction of one. */
function hastened(times: number): Clock {
  return {
    now: systemClock.now,
    monotonic: () => systemClock.monotonic() * times,
    after: (ms, action) => systemClock.after(ms / times, action),
  };
}

/** Outcome, code and status in one line. */
function summary({ outcome, error, status }: SendResult): string {
  return [outcome, error?.code ?? "-", status ?? "-"].join(" ");
}

test("the request arrives byte for byte and does not invite compression", async () => {
  const result = await sendTo("/plain?a=b");
  assert.equal(summary(result), "delivered - 200");
  assert.equal(result.responseBody.toString(), "ok");
  assert.equal(result.address, "127.0.0.1");
  const request = receiver.requests.at(-1);
  assert.equal(request?.method, "POST");
  assert.equal(request?.path, "/plain?a=b");
  assert.deepEqual(request?.body, body);
  assert.equal(request?.headers["accept-encoding"], "identity");
  assert.equal(request?.headers["webhook-id"], "msg_1");
  assert.equal(request?.headers["content-length"], String(body.length));
  assert.equal(request?.headers.host, `127.0.0.1:${receiver.port}`);
});

test("every 2xx is delivered; other statuses say what they are", async () => {
  const expected: Readonly<Record<number, string>> = {
    200: "delivered -",
    201: "delivered -",
    204: "delivered -",
    299: "delivered -",
    301: "redirect redirect",
    304: "redirect redirect",
    400: "http_error http_4xx",
    404: "http_error http_4xx",
    410: "http_error gone",
    429: "http_error http_4xx",
    500: "http_error http_5xx",
    599: "http_error http_5xx",
  };
  for (const [status, outcome] of Object.entries(expected)) {
    assert.equal(summary(await sendTo(`/status/${status}`)), `${outcome} ${status}`);
  }
});

test("F07: a slow receiver is a success inside the deadline", async () => {
  const result = await sendTo("/slow/300");
  assert.equal(summary(result), "delivered - 200");
  assert.ok(result.durationMs >= 290, `${result.durationMs} ms`);
  assert.ok((result.phases.waitMs ?? 0) >= 290);
});

test("F08: a receiver that never answers is a timeout at the deadline", async () => {
  const result = await sendTo("/hang", 300);
  assert.equal(summary(result), "timeout timeout -");
  assert.ok(result.durationMs >= 290, `${result.durationMs} ms`);
});

test("F09: a 2xx is delivered although its body stalls or breaks", async () => {
  const stalled = await sendTo("/stall/200", 300);
  assert.equal(summary(stalled), "delivered - 200");
  assert.equal(stalled.responseBody.toString(), "first");
  assert.equal(stalled.responseBodyTruncated, true);
  for (const path of ["/reset-body/200", "/close-body/201"]) {
    const broken = await sendTo(path);
    assert.equal(broken.outcome, "delivered", path);
    assert.equal(broken.error?.code, "body_error", path);
    assert.equal(broken.responseBody.toString(), "first", path);
    assert.equal(broken.responseBodyTruncated, true, path);
  }
});

test("F09: a body that drips is cut after five seconds, long before the deadline", async (t) => {
  const clock = hastened(20);
  const hasty = createSender({ clock, policy, bodiesOfNonPublicKept: true });
  t.after(() => hasty.close());
  const request = { url: `${receiver.url}/drip/200`, headers, body, timeoutMs: 600_000 };
  const result = await hasty.send(request);
  assert.equal(summary(result), "delivered - 200");
  assert.equal(result.responseBodyTruncated, true);
  assert.ok(result.durationMs >= 4_900 && result.durationMs < 500_000, `${result.durationMs} ms`);
});

test("a status other than 2xx keeps its meaning when the body breaks", async () => {
  assert.equal(summary(await sendTo("/reset-body/500")), "http_error http_5xx 500");
  assert.equal(summary(await sendTo("/stall/404", 200)), "http_error http_4xx 404");
});

test("F10: endless and huge bodies are cut at 64 KiB, 16 KiB of them kept", async () => {
  const before = process.memoryUsage().rss;
  const paths = Array.from({ length: 50 }, () => ["/endless", "/huge"]).flat();
  const results = await Promise.all(paths.map((path) => sendTo(path)));
  for (const result of results) {
    assert.equal(summary(result), "delivered - 200");
    assert.equal(result.responseBody.length, 16 * 1024);
    assert.equal(result.responseBodyTruncated, true);
  }
  const grownMiB = (process.memoryUsage().rss - before) / 1024 / 1024;
  // Sender and receiver share this process, so this holds for both together.
  assert.ok(grownMiB < 150, `${grownMiB} MiB`);
});

test("bodies are kept up to 16 KiB, and a socket read to the end is used again", async () => {
  const before = receiver.socketCount;
  for (const [bytes, kept, isTruncated] of [
    [0, 0, false],
    [16_384, 16_384, false],
    [16_385, 16_384, true],
    [65_536, 16_384, true],
  ] as const) {
    const result = await sendTo(`/bytes/${bytes}`);
    assert.equal(result.responseBody.length, kept, `${bytes}`);
    assert.equal(result.responseBodyTruncated, isTruncated, `${bytes}`);
  }
  assert.ok(receiver.socketCount - before <= 1);
  const cut = await sendTo("/bytes/500000");
  assert.equal(cut.outcome, "delivered");
  const previous = receiver.socketCount;
  assert.equal((await sendTo("/plain")).outcome, "delivered");
  assert.equal(
    receiver.socketCount,
    previous + 1,
    "a socket with unread bytes is never used again",
  );
});

test("F11: what is not HTTP/1.1 is an invalid response", async () => {
  const ok = "HTTP/1.1 200 OK\r\n";
  const answers = [
    "SSH-2.0-OpenSSH_9.2\r\n",
    `${ok}content-length: 1\r\ncontent-length: 2\r\n\r\nab`,
    `${ok}content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n`,
    `${ok}content-length: x\r\n\r\n`,
    `${ok}a b: c\r\n\r\n`,
    "HTTP/1.1 999 Odd\r\ncontent-length: 0\r\n\r\n",
    "HTTP/1.1 600 Odd\r\ncontent-length: 0\r\n\r\n",
    "HTTP/1.1 099 Odd\r\n\r\n",
    "HTTP/1.1 100 Continue\r\n\r\n",
    "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n",
    "HTTP/1.1 101 Switching Protocols\r\n\r\n",
    "<html>hello</html>",
  ];
  for (const answer of answers) {
    const result = await sendTo(rawPath(answer), 1_000);
    assert.equal(result.outcome, "invalid_response", answer.slice(0, 60));
    assert.equal(result.status, null);
  }
  const big = await sendTo("/big-header/100000");
  assert.equal(summary(big), "invalid_response headers_too_large -");
  assert.equal(summary(await sendTo("/big-header/10000")), "delivered - 200");
});

test("F11: bytes after an answer cannot confuse the next request", async () => {
  const two =
    "HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\naHTTP/1.1 500 X\r\ncontent-length: 0\r\n\r\n";
  assert.equal(summary(await sendTo(rawPath(two))), "delivered - 200");
  assert.equal(summary(await sendTo("/plain")), "delivered - 200");
  const extra = "HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\nhello";
  assert.equal(summary(await sendTo(rawPath(extra))), "delivered - 204");
  assert.equal(summary(await sendTo("/plain")), "delivered - 200");
});

test("F11: a flood of interim answers is cut; single ones are passed over", async () => {
  assert.equal(summary(await sendTo("/early-hints/5")), "invalid_response interim_flood -");
  assert.equal(summary(await sendTo("/early-hints/90", 400)), "timeout timeout -");
  assert.equal(summary(await sendTo("/hint-then-ok")), "delivered - 200");
});

test("F12: headers that drip run into the deadline", async () => {
  const result = await sendTo("/drip-headers", 400);
  assert.equal(summary(result), "timeout timeout -");
});

test("F15: a redirect is not followed; its host is told, its path and query are not", async (t) => {
  const canary = await ownReceiver(t);
  for (const status of [301, 302, 303, 307, 308]) {
    const to = encodeURIComponent(`${canary.url}/secret-path?token=secret`);
    const result = await sendTo(`/redirect/${status}?to=${to}`);
    assert.equal(summary(result), `redirect redirect ${status}`);
    assert.match(result.error?.message ?? "", new RegExp(`pointed to 127.0.0.1:${canary.port}\\.`));
    assert.doesNotMatch(result.error?.message ?? "", /secret/);
  }
  assert.equal(canary.socketCount, 0);
});

test("F17: Retry-After is handed on raw, for 429 and 503 alone", async () => {
  assert.equal((await sendTo("/retry-after/503?v=120")).retryAfter, "120");
  assert.equal((await sendTo("/retry-after/429?v=-1")).retryAfter, "-1");
  const date = "Wed, 21 Oct 2026 07:28:00 GMT";
  const dated = await sendTo(`/retry-after/503?v=${encodeURIComponent(date)}`);
  assert.equal(dated.retryAfter, date);
  assert.equal((await sendTo("/retry-after/503?v=1&v=2")).retryAfter, "1, 2");
  assert.equal((await sendTo("/retry-after/500?v=120")).retryAfter, null);
  assert.equal((await sendTo("/status/503")).retryAfter, null);
});

test("F18: a reset or an end before the headers is a broken connection", async () => {
  assert.equal(summary(await sendTo("/reset")), "connection_error connection_reset -");
  assert.equal(summary(await sendTo("/close")), "connection_error connection_reset -");
  const rude = await startRawReceiver((socket) => socket.resetAndDestroy());
  assert.equal(summary(await send(rude.url)), "connection_error connection_reset -");
  await rude.close();
});

test("a port where nobody listens is refused", async () => {
  const gone = await startReceiver();
  await gone.close();
  assert.equal(summary(await send(gone.url)), "connection_error connection_refused -");
});

test("only a few response headers are kept, and never a cookie", async () => {
  const answer = [
    "HTTP/1.1 200 OK",
    "Set-Cookie: session=secret",
    "X-Secret: secret",
    "Server: test",
    "X-Request-Id: a",
    "X-Request-Id: b",
    `Date: ${"d".repeat(2_000)}`,
    "Content-Type: text/plain",
    "Content-Length: 0",
    "Connection: close",
  ];
  const result = await sendTo(rawPath(`${answer.join("\r\n")}\r\n\r\n`));
  assert.deepEqual(result.responseHeaders, {
    "content-type": "text/plain",
    "content-length": "0",
    server: "test",
    date: "d".repeat(1_024),
    "x-request-id": "a, b",
  });
});

test("case 107: a hostile body is kept as bytes", async () => {
  const hostile = Buffer.from([0x00, 0x1b, 0x5b, 0x33, 0x31, 0x6d, 0xff, 0xfe, 0x3c, 0x73]);
  const head = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n";
  const result = await sendTo(rawPath(head + hostile.toString("latin1")));
  assert.deepEqual(result.responseBody, hostile);
});

test("requests one after the other share a socket; only the first has opening phases", async (t) => {
  const own = await ownReceiver(t);
  const first = await send(`${own.url}/a`);
  const second = await send(`${own.url}/b`);
  assert.equal(own.socketCount, 1);
  assert.equal(typeof first.phases.connectMs, "number");
  assert.equal(second.phases.connectMs, undefined);
  assert.equal(second.address, "127.0.0.1");
});

test("no more than 128 sockets go to one origin; the others wait and are then sent", async (t) => {
  const own = await ownReceiver(t);
  const results = await Promise.all(Array.from({ length: 300 }, () => send(`${own.url}/slow/50`)));
  assert.ok(results.every(({ outcome }) => outcome === "delivered"));
  assert.ok(own.socketCount <= 128, `${own.socketCount} sockets`);
  assert.equal(own.requests.length, 300);
});

test("an idle socket is not used again after a minute: its address was judged then", async (t) => {
  const own = await ownReceiver(t);
  let offsetMs = 0;
  const clock = { ...systemClock, monotonic: () => systemClock.monotonic() + offsetMs };
  const aging = createSender({ clock, policy, bodiesOfNonPublicKept: true });
  t.after(() => aging.close());
  const request = { url: own.url, headers, body, timeoutMs: 60_000 };
  await aging.send(request);
  offsetMs += 59_000;
  await aging.send(request);
  assert.equal(own.socketCount, 1);
  offsetMs += 2_000;
  await aging.send(request);
  assert.equal(own.socketCount, 2);
});

test("idle sockets are bounded over all origins", async (t) => {
  const own = await startReceiver({ host: "0.0.0.0" });
  t.after(() => own.close());
  const origins = Array.from({ length: 600 }, (_, index) => `127.1.${index >> 8}.${index & 255}`);
  const results = await Promise.all(origins.map((ip) => send(`http://${ip}:${own.port}/`)));
  assert.ok(results.every(({ outcome }) => outcome === "delivered"));
  await own.waitForSockets(512);
  assert.equal(own.socketCount, 600);
});

test("one request in flight has its socket to itself", async (t) => {
  const own = await ownReceiver(t);
  await Promise.all(Array.from({ length: 5 }, () => send(`${own.url}/slow/50`)));
  assert.equal(own.socketCount, 5);
});

test("a deadline that passes while every socket is busy leaves nothing behind", async (t) => {
  const own = await ownReceiver(t);
  const busy = Array.from({ length: 128 }, () => send(`${own.url}/slow/1500`));
  await own.waitFor(128);
  const late = Array.from({ length: 12 }, () => send(`${own.url}/hang`, 100));
  for (const result of await Promise.all(late)) {
    assert.equal(summary(result), "timeout origin_busy -");
  }
  for (const result of await Promise.all(busy)) {
    assert.equal(summary(result), "delivered - 200");
  }
  assert.equal((await send(`${own.url}/plain`)).outcome, "delivered");
  assert.equal(own.requests.filter(({ path }) => path === "/hang").length, 0);
});

test("closing the sender ends what is under way, and later requests", async () => {
  const closing = createSender({ clock: systemClock, policy, bodiesOfNonPublicKept: true });
  const sent = receiver.requests.length + 1;
  const request = { url: `${receiver.url}/hang`, headers, body, timeoutMs: 60_000 };
  const pending = closing.send(request);
  await receiver.waitFor(sent);
  closing.close();
  assert.equal(summary(await pending), "connection_error sender_closed -");
  assert.equal(summary(await closing.send(request)), "connection_error sender_closed -");
});

test("a header that cannot be written is an outcome and not an exception", async () => {
  const bad = [["x-bad", "a\r\nb"]] as const;
  const result = await sender.send({ url: receiver.url, headers: bad, body, timeoutMs: 60_000 });
  assert.equal(summary(result), "connection_error request_invalid -");
  assert.equal((await sendTo("/plain")).outcome, "delivered");
});

test("a URL that cannot be requested is an outcome and not an exception", async () => {
  for (const url of ["", "x", "ftp://example.com/", "https://user:pw@example.com/"]) {
    assert.equal(summary(await send(url)), "connection_error url_invalid -", url);
  }
});
