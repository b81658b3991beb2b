import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { findMember, scanBatch, scanObject } from "./json-scan.ts";

const space = fc.constantFrom("", " ", "\n", "\t ", "\r\n");

/** A value as text with the given white space around every token. */
function write(value: unknown, gap: string): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const inner = Array.isArray(value)
    ? value.map((item) => write(item, gap))
    : Object.entries(value).map(([key, item]) => keyed(key, item, gap));
  const body = inner.length === 0 ? gap : gap + inner.join(`${gap},${gap}`) + gap;
  return Array.isArray(value) ? `[${body}]` : `{${body}}`;
}

function keyed(key: string, item: unknown, gap: string): string {
  return `${JSON.stringify(key)}${gap}:${gap}${write(item, gap)}`;
}

/** What JSON.parse makes of the bytes: an object, something else, or nothing. */
function judge(bytes: Buffer): "object" | "other" | "refused" {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === "object" && !Array.isArray(value)
      ? "object"
      : "other";
  } catch {
    return "refused";
  }
}

function scan(text: string, depthMax = 64) {
  return scanObject(Buffer.from(text), { depthMax });
}

function code(text: string, depthMax = 64): string {
  const result = scan(text, depthMax);
  return result.ok ? "ok" : `${result.code} ${result.offset} ${result.pointer}`;
}

test("the members of any object are found with their exact bytes", () => {
  const objects = fc.dictionary(
    fc.string({ unit: "binary" }),
    fc.jsonValue({ maxDepth: 6, stringUnit: "binary" }),
    { maxKeys: 8 },
  );
  fc.assert(
    fc.property(objects, space, (object, gap) => {
      const bytes = Buffer.from(gap + write(object, gap) + gap);
      const parsed: Record<string, unknown> = JSON.parse(bytes.toString());
      const result = scanObject(bytes, { depthMax: 64 });
      assert.ok(result.ok);
      assert.deepEqual(
        result.members.map((member) => member.key).sort(),
        Object.keys(parsed).sort(),
      );
      for (const { key, start, end } of result.members) {
        assert.deepEqual(JSON.parse(bytes.toString("utf8", start, end)), parsed[key]);
        assert.deepEqual(findMember(bytes, key), { start, end });
      }
    }),
    { numRuns: 600 },
  );
});

test("whatever bytes are changed, exactly what JSON.parse refuses is refused", () => {
  const mutations = fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 4 });
  const text = fc
    .tuple(fc.jsonValue({ maxDepth: 4 }), space)
    .map(([value, gap]) => write(value, gap));
  fc.assert(
    fc.property(
      fc.oneof(
        text,
        text.map((value) => `{"a":${value}}`),
      ),
      mutations,
      (json, changes) => {
        const bytes = Buffer.from(json);
        for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte;
        const result = scanObject(bytes, { depthMax: 64 });
        const verdict = result.ok || result.code === "duplicate_key" ? "object" : "refused";
        const isOther = !result.ok && result.code === "event_not_object";
        assert.equal(isOther ? "other" : verdict, judge(bytes), bytes.toString());
      },
    ),
    { numRuns: 20_000 },
  );
});

test("short texts over the alphabet of JSON are judged as JSON.parse judges them", () => {
  const tokens = fc.constantFrom(
    ...'{}[]:,"\\ \n-+.eE01',
    ..."abtrufn/x\u0000\u007fé".split(""),
    ...'true false null \\u00e9 \\ud800 "a" -0 1e5 {} [] ":'.split(" "),
  );
  fc.assert(
    fc.property(fc.array(tokens, { maxLength: 12 }), (parts) => {
      const value = parts.join("");
      const bytes = Buffer.from(`{"a":${value}}`);
      const result = scanObject(bytes, { depthMax: 64 });
      const isAccepted = result.ok || result.code === "duplicate_key";
      assert.equal(isAccepted ? "object" : "refused", judge(bytes), value);
    }),
    { numRuns: 20_000 },
  );
});

test("a refusal says why, at which byte and under which member", () => {
  assert.equal(code(""), "body_empty 0 ");
  assert.equal(code("  "), "json_malformed 2 ");
  assert.equal(code("{"), "json_malformed 1 ");
  assert.equal(code('{"a":1,}'), "json_malformed 7 ");
  assert.equal(code('{"a":01}'), "json_malformed 6 ");
  assert.equal(code('\ufeff{"a":1}'), "json_malformed 0 ");
  assert.equal(code("[1]"), "event_not_object 0 ");
  assert.equal(code("[1"), "json_malformed 2 ");
  assert.equal(code('{"a":1,"b":2,"a":3}'), "duplicate_key 17 /a");
  assert.equal(code('{"a":1,"\\u0061":3}'), "duplicate_key 16 /a");
  assert.equal(code('{"a":{"b":1,"b":2}}'), "ok");
  assert.equal(code('{"d/a~":{"b":[1,[2]]}}', 3), "json_too_deep 16 /d~1a~0");
  const broken = scanObject(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), { depthMax: 9 });
  assert.equal(broken.ok ? "ok" : broken.code, "encoding_invalid");
});

test("the limit of depth is exact, and a deep text costs no more than its first bytes", () => {
  const nested = (depth: number) => `{"data":${"[".repeat(depth)}${"]".repeat(depth)}}`;
  assert.equal(scan(nested(63)).ok, true);
  assert.match(code(nested(64)), /^json_too_deep 71 /);
  assert.match(code(nested(1_000_000)), /^json_too_deep 71 /);
  assert.equal(scan(nested(999), 1000).ok, true);
});

test("a batch yields its items and their members in one pass", () => {
  const bytes = Buffer.from('{"events": [ {"type":"a","data":{"b":[]}}, 5, {} ],"x":1}');
  const result = scanBatch(bytes, { depthMax: 67, itemsKey: "events" });
  assert.ok(result.ok);
  const texts = result.items?.map(({ start, end }) => bytes.toString("utf8", start, end));
  assert.deepEqual(texts, ['{"type":"a","data":{"b":[]}}', "5", "{}"]);
  assert.deepEqual(
    result.items?.map(({ members }) => members?.map(({ key }) => key)),
    [["type", "data"], undefined, []],
  );
  assert.deepEqual(
    result.members.map(({ key }) => key),
    ["events", "x"],
  );
});

test("a batch refuses what a single event refuses and names the item", () => {
  const refused = (text: string, depthMax = 5) => {
    const result = scanBatch(Buffer.from(text), { depthMax, itemsKey: "events" });
    return result.ok ? "ok" : `${result.code} ${result.pointer}`;
  };
  assert.equal(refused('{"events":[{"a":1},{"a":1,"a":2}]}'), "duplicate_key /events/1/a");
  assert.equal(refused('{"events":[{"a":1},{"data":[[[]]]}]}'), "json_too_deep /events/1/data");
  assert.equal(refused('{"events":[{"a":1},{"data":[[]]}]}'), "ok");
  assert.equal(refused('{"events":[{}]}', 2), "json_too_deep /events/0");
  assert.equal(refused('{"events":[]}', 1), "json_too_deep /events");
  assert.equal(refused('{"events":[{"a":1},{"data":[}]}'), "json_malformed ");
  assert.equal(refused('{"events":[],"events":[]}'), "duplicate_key /events");
});

test("a batch accepts exactly the texts that JSON.parse accepts", () => {
  const events = fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 4 });
  fc.assert(
    fc.property(events, space, fc.nat(300), fc.nat(255), (items, gap, at, byte) => {
      const bytes = Buffer.from(write({ events: items }, gap));
      bytes[at % (bytes.length * 2)] = byte;
      const result = scanBatch(bytes, { depthMax: 67, itemsKey: "events" });
      const verdict = result.ok || result.code === "duplicate_key" ? "object" : "refused";
      const isOther = !result.ok && result.code === "event_not_object";
      assert.equal(isOther ? "other" : verdict, judge(bytes));
    }),
    { numRuns: 5000 },
  );
});

test("findMember gives the last of two, and nothing for what is no object", () => {
  assert.deepEqual(findMember(Buffer.from('{"a":1,"a": 22}'), "a"), { start: 12, end: 14 });
  assert.deepEqual(findMember(Buffer.from(' {"\\u0061":null} '), "a"), { start: 11, end: 15 });
  for (const text of ["", "[]", "1", "{", '{"b":1}', '{"a":}', '{"a":1'] as const) {
    assert.equal(findMember(Buffer.from(text), "a"), undefined, text);
  }
});
