import assert from "node:assert/strict";
import { test } from "node:test";
import { readServerSent } from "./server-sent.ts";

async function read(...chunks: readonly string[]) {
  async function* bytes() {
    for (const chunk of chunks) yield Buffer.from(chunk);
  }
  const found = [];
  let signs = 0;
  for await (const event of readServerSent(bytes(), () => signs++)) found.push(event);
  return { found, signs };
}

test("events are put together from whatever pieces come; comments are signs of life only", async () => {
  const { found, signs } = await read(
    "event: ev",
    "ent\nid: 1\nda",
    'ta: {"a":1}\n',
    "\n:\n\nda",
    "ta: x\n\n",
  );
  assert.deepEqual(found, [
    { event: "event", data: '{"a":1}' },
    { event: "message", data: "x" },
  ]);
  assert.equal(signs, 5);
});

test("an event that never ends is given up", async () => {
  const endless = Array.from({ length: 50 }, () => "x".repeat(100_000));
  await assert.rejects(read(...endless), /sends no events/);
});
