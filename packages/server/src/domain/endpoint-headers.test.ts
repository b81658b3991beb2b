import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { checkEndpointHeaders } from "./endpoint-headers.ts";

function codes(headers: Readonly<Record<string, string>>): readonly string[] {
  return checkEndpointHeaders(headers).map(({ code }) => code);
}

test("ordinary custom headers are accepted", () => {
  const headers = { Authorization: "Bearer abc", "X-Api-Key": "k", "x-team": 'a b,c; d="e"' };
  assert.deepEqual(checkEndpointHeaders(headers), []);
  assert.deepEqual(checkEndpointHeaders({}), []);
});

test("headers that frame, route or sign the request are refused in any case", () => {
  const framing = ["Host", "CONTENT-LENGTH", "content-type", "Transfer-Encoding", "Connection"];
  const hops = ["Keep-Alive", "TE", "Trailer", "Upgrade", "Expect", "Proxy-Authorization", "Via"];
  const origin = ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Cookie", "User-Agent", "Date"];
  const ours = ["webhook-signature", "Svix-Id", "X-Fanfare-Signature", "X-Posthorn-Test"];
  const cloud = ["Metadata-Flavor", "Metadata", "X-aws-ec2-metadata-token", "X-Google-Metadata"];
  for (const name of [...framing, ...hops, ...origin, ...ours, ...cloud, "HTTP2-Settings"]) {
    assert.deepEqual(codes({ [name]: "x" }), ["header_not_allowed"], name);
  }
});

test("names and values that HTTP cannot carry are invalid", () => {
  for (const name of ["", "a b", "a:b", "a\r\nb", "é", "(a)", "a".repeat(65)]) {
    assert.deepEqual(codes({ [name]: "x" }), ["header_invalid"], JSON.stringify(name));
  }
  const values = ["a\r\nB: c", "a\nb", "héllo", "\0", " a", "a ", "\ta", "", "a".repeat(4_097)];
  for (const value of values) {
    assert.deepEqual(codes({ "X-A": value }), ["header_invalid"], JSON.stringify(value));
  }
  assert.deepEqual(codes({ "X-A": "a".repeat(4_096), ["a".repeat(64)]: "x" }), []);
});

test("twenty headers are enough, and one name counts once", () => {
  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`X-${index}`, "v"]));
  assert.deepEqual(codes(many(20)), []);
  assert.deepEqual(codes(many(21)), ["too_many_headers"]);
  assert.deepEqual(codes({ "X-A": "1", "x-a": "2" }), ["header_invalid"]);
});

test("every problem names its header", () => {
  const problems = checkEndpointHeaders({ Host: "a", "X-A": "é", "X-B": "fine" });
  assert.deepEqual(
    problems.map(({ code, name }) => [code, name]),
    [
      ["header_not_allowed", "Host"],
      ["header_invalid", "X-A"],
    ],
  );
});

test("whatever is accepted is one line of plain ASCII", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (name, value) => {
      if (checkEndpointHeaders({ [name]: value }).length > 0) return;
      assert.match(`${name}: ${value}`, /^[\x21-\x7e]+: [\x20-\x7e]+$/);
    }),
  );
});
