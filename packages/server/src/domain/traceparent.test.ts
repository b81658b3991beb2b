import assert from "node:assert/strict";
import { test } from "node:test";
import { readTraceparent, withSpan } from "./traceparent.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const GOOD = `00-${TRACE}-b7ad6b7169203331-01`;

test("a traceparent is taken as it is; of the flags the sampled one alone", () => {
  assert.equal(readTraceparent(GOOD), GOOD);
  assert.equal(readTraceparent(`00-${TRACE}-b7ad6b7169203331-fe`), GOOD.replace(/01$/, "00"));
});

test("a version of the future is read as far as we know it, and goes on as ours", () => {
  assert.equal(readTraceparent(GOOD.replace(/^00/, "cc")), GOOD);
  assert.equal(readTraceparent(`${GOOD.replace(/^00/, "cc")}-what-the-future-adds`), GOOD);
});

test("whatever the specification tells to ignore is ignored", () => {
  const wrong = [
    undefined,
    "",
    "00",
    GOOD.toUpperCase(),
    `${GOOD}-more`,
    ` ${GOOD}`,
    `${GOOD}\r\nx: y`,
    `${GOOD}, ${GOOD}`,
    GOOD.replace(/^00/, "ff"),
    GOOD.replace(TRACE, "0".repeat(32)),
    GOOD.replace("b7ad6b7169203331", "0".repeat(16)),
    GOOD.replace("b7ad", "b7ax"),
    `cc-${TRACE}-b7ad6b7169203331-01-${"x".repeat(10_000)}`,
    [GOOD, GOOD],
  ];
  for (const header of wrong) assert.equal(readTraceparent(header), null, String(header));
});

test("an attempt is a span of its own in the same trace", () => {
  const span = "00f067aa0ba902b7";
  assert.equal(withSpan(GOOD, span), `00-${TRACE}-${span}-01`);
  assert.equal(readTraceparent(withSpan(GOOD, span)), withSpan(GOOD, span));
});
