/** Whatever is accepted arrives with its own bytes; whatever is refused is refused with its code; nothing is a 5xx. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { Pool } from "undici";
import { eventually } from "./eventually.ts";
import { createEndpoint } from "./journey.ts";
import { eventBody, JSON_CASES } from "./json-corpus.ts";
import { payloads } from "./json-payloads.ts";
import { startReceiver, type Receiver } from "./receiver.ts";
import { createTestServer, type TestServer } from "./server.ts";

const AT_ONCE = 50;

export function registerByteTests(size: { readonly payloads: number }): void {
  let server: TestServer;
  let receiver: Receiver;
  let pool: Pool;

  before(async () => {
    server = await createTestServer();
    receiver = await startReceiver();
    pool = new Pool(server.url, { connections: 16 });
    await createEndpoint(server, `${receiver.url}/status/200`);
  });

  after(async () => {
    await pool.close();
    await server.close();
    await receiver.close();
  });

  async function post(body: Buffer) {
    const answer = await pool.request({
      method: "POST",
      path: "/api/events",
      headers: {
        authorization: `Bearer ${server.operatorKey}`,
        "content-type": "application/json",
      },
      body,
    });
    const text = await answer.body.text();
    return { status: answer.statusCode, body: JSON.parse(text) };
  }

  /** The `data` of what arrived, by event id. */
  function received(): Map<string, Buffer> {
    return new Map(
      receiver.requests.map(({ headers, body }) => [
        String(headers["webhook-id"]).slice(4),
        dataOf(body),
      ]),
    );
  }

  test("the corpus is accepted or refused as it says, and what is accepted arrives unchanged", async () => {
    const expected = new Map<string, Buffer>();
    for (const { name, body, expected: want } of JSON_CASES) {
      const answer = await post(body);
      if (want.accepted) {
        assert.equal(answer.status, 202, `${name}: ${JSON.stringify(answer.body)}`);
        expected.set(answer.body.id.slice(4), want.data);
        continue;
      }
      assert.equal(answer.status, want.status, name);
      assert.equal(answer.body.code, want.code, name);
      if (want.field) assert.deepEqual(pick(answer.body.errors[0]), want.field, name);
    }
    await arrive(expected);
  });

  test(`${size.payloads} generated payloads arrive with equal SHA-256`, async () => {
    const seed = Number(process.env["SEED"] ?? Math.floor(performance.timeOrigin) % 2 ** 31);
    process.stdout.write(`payload seed ${seed}\n`);
    const texts = fc.sample(payloads(), { numRuns: size.payloads, seed });
    const expected = new Map<string, Buffer>();
    for (let start = 0; start < texts.length; start += AT_ONCE) {
      const slice = texts.slice(start, start + AT_ONCE);
      const answers = await Promise.all(slice.map((text) => post(eventBody(text))));
      answers.forEach((answer, index) => {
        assert.equal(answer.status, 202, `${slice[index]}: ${JSON.stringify(answer.body)}`);
        expected.set(answer.body.id.slice(4), Buffer.from(slice[index] ?? ""));
      });
    }
    await arrive(expected);
  });

  async function arrive(expected: ReadonlyMap<string, Buffer>): Promise<void> {
    const all = await eventually(`${expected.size} deliveries`, () => {
      const found = received();
      return [...expected.keys()].every((id) => found.has(id)) ? found : undefined;
    });
    for (const [id, data] of expected) {
      assert.equal(
        sha256(all.get(id) ?? Buffer.alloc(0)),
        sha256(data.subarray(...trimmed(data))),
        data.toString(),
      );
    }
  }
}

/** The default envelope is type, timestamp, data, in this order; neither of the first two can hold the mark. */
function dataOf(body: Buffer): Buffer {
  const at = body.indexOf('"data":') + '"data":'.length;
  return body.subarray(at, -1);
}

/** White space around `data` belongs to the request, not to the value. */
function trimmed(data: Buffer): [number, number] {
  const isSpace = (byte: number | undefined) =>
    byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
  let start = 0;
  let end = data.length;
  while (start < end && isSpace(data[start])) start += 1;
  while (end > start && isSpace(data[end - 1])) end -= 1;
  return [start, end];
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function pick({ pointer, code }: { pointer: string; code: string }) {
  return { pointer, code };
}
