import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { test } from "node:test";
import { ApiError } from "../errors.ts";
import { readBody } from "./body.ts";

const BYTES_MAX = 1_000;

/** What `readBody` makes of the bytes that follow these headers; `isCut` ends the connection after them. */
async function receive(headers: string, body: string, isCut = false): Promise<string> {
  let settle: (outcome: string) => void = () => {};
  const outcome = new Promise<string>((resolve) => (settle = resolve));
  const server = createServer((request, response) => {
    readBody(request, BYTES_MAX)
      .then((bytes) => settle(`${bytes.length} bytes`))
      .catch((error: unknown) => settle(error instanceof ApiError ? error.code : String(error)))
      .finally(() => response.writeHead(200, { connection: "close" }).end());
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  assert.ok(address && typeof address === "object");
  const socket = connect(address.port, "127.0.0.1");
  socket.on("error", () => {});
  socket.resume();
  const written = `POST / HTTP/1.1\r\nHost: x\r\n${headers}\r\n\r\n${body}`;
  socket.write(written, () => isCut && socket.destroy());
  const result = await outcome;
  socket.destroy();
  server.close();
  return result;
}

const chunk = (length: number) => `${length.toString(16)}\r\n${"x".repeat(length)}\r\n`;
const CHUNKED = "Transfer-Encoding: chunked";

test("a body up to the limit is read whole, in one piece or in many", async () => {
  assert.equal(await receive("Content-Length: 0", ""), "0 bytes");
  assert.equal(await receive("Content-Length: 1000", "x".repeat(1_000)), "1000 bytes");
  assert.equal(await receive(CHUNKED, `${chunk(1).repeat(1_000)}0\r\n\r\n`), "1000 bytes");
});

test("one byte more is refused, by the length that is told or as soon as it comes", async () => {
  assert.equal(await receive("Content-Length: 1001", ""), "payload_too_large");
  assert.equal(await receive(CHUNKED, chunk(1_001)), "payload_too_large");
});

test("a body that is cut off is the caller's failure and not ours", async () => {
  assert.equal(await receive("Content-Length: 1000", "x", true), "bad_request");
  assert.equal(await receive(CHUNKED, chunk(10), true), "bad_request");
});
