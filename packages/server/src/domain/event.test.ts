import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { EVENT_DATA_BYTES_MAX } from "../limits.ts";
import { isEventType, isIdempotencyKey, isOrderingKey, isResource } from "./event-fields.ts";
import { parseBatch, parseEvent, type EventRefusal } from "./event.ts";
import { asId, formatId } from "./id.ts";
import { parseTimestamp } from "./timestamp.ts";

const nowMs = Date.UTC(2026, 10, 21, 9, 58, 16);
const organization = asId<"org">("01976bb7-30a2-7f00-8000-000000000001");
const organizationText = formatId("org", organization);

function parse(text: string) {
  return parseEvent(Buffer.from(text), { nowMs });
}

function parseMany(text: string) {
  return parseBatch(Buffer.from(text), { nowMs });
}

/** The refusal in one line: the code, or each field's pointer and code. */
function brief(result: EventRefusal | { readonly ok: true }): string {
  if (result.ok) return "ok";
  const { problem } = result;
  if (problem.code !== "invalid_request") return problem.code;
  return problem.fields.map(({ pointer, code }) => `${pointer} ${code}`).join(", ");
}

/** Reads an event of a valid type and data with one more member. */
function withMember(member: string): string {
  return brief(parse(`{"type":"order.created","data":{},${member}}`));
}

test("an event keeps the raw bytes of its data and reads the rest", () => {
  const body = Buffer.from(
    `{"type":"order.created", "data" : { "n": 1.0, "big":9007199254740993 } ,` +
      `"resource":"artist:nova","orderingKey":"ключ 1",` +
      `"occurredAt":"2026-11-21T10:58:16.250+01:00","organizationId":"${organizationText}"}`,
  );
  const result = parseEvent(body, { nowMs });
  assert.ok(result.ok);
  const { data, raw, ...rest } = result.event;
  assert.equal(data.toString(), '{ "n": 1.0, "big":9007199254740993 }');
  assert.equal(data.buffer, body.buffer);
  assert.deepEqual(raw, body);
  assert.deepEqual(rest, {
    type: "order.created",
    occurredAt: nowMs + 250,
    resource: "artist:nova",
    orderingKey: "ключ 1",
    organizationId: organization,
    idempotencyKey: null,
  });
});

test("data may be any JSON value and arrives with its own bytes", () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom("", " ", "\n\t"), (json, gap) => {
      const result = parse(`{${gap}"data"${gap}:${gap}${json}${gap},"type":"a"}`);
      assert.ok(result.ok);
      assert.equal(result.event.data.toString(), json);
    }),
  );
});

test("a body that is no JSON object is refused as a whole, and malformed JSON says where", () => {
  assert.equal(brief(parse("")), "body_empty");
  assert.equal(brief(parse("[]")), " event_not_object");
  assert.equal(brief(parse('"a"')), " event_not_object");
  assert.equal(brief(parseEvent(Buffer.from([0x7b, 0xff]), { nowMs })), "encoding_invalid");
  const broken = parse('{\n "é": nul }');
  assert.ok(!broken.ok && broken.problem.code === "json_malformed");
  assert.equal(broken.problem.detail, "The JSON stops being valid at line 2, column 10 (byte 12).");
  const cut = parse('{"type":');
  assert.ok(!cut.ok && cut.problem.code === "json_malformed");
  assert.equal(cut.problem.detail, "The JSON ends too early.");
});

test("everything that is wrong is reported at once, each with its pointer", () => {
  assert.equal(brief(parse("{}")), "/type required, /data required");
  assert.equal(
    brief(parse('{"type":"Order","id":"x","resource":5,"__proto__":{},"a/b":1}')),
    "/type type_invalid, /id unknown_field, /resource resource_invalid, /__proto__ unknown_field, " +
      "/a~1b unknown_field, /data required",
  );
  const many = Array.from({ length: 500 }, (_, index) => `"x${index}":1`).join(",");
  const result = parse(`{${many}}`);
  assert.ok(!result.ok && result.problem.code === "invalid_request");
  assert.equal(result.problem.fields.length, 20);
});

test("each field has its own code", () => {
  assert.equal(withMember('"type":"again"'), "/type duplicate_key");
  assert.equal(withMember('"idempotencyKey":"k"'), "/idempotencyKey unknown_field");
  assert.equal(withMember('"resource":"nova"'), "/resource resource_invalid");
  assert.equal(withMember('"orderingKey":"a\\u0000"'), "/orderingKey ordering_key_invalid");
  assert.equal(withMember('"orderingKey":""'), "/orderingKey ordering_key_invalid");
  assert.equal(withMember('"organizationId":"org_1"'), "/organizationId id_invalid");
  assert.equal(withMember('"organizationId":null'), "/organizationId id_invalid");
  for (const time of ["2026-11-21", "2026-11-21T09:58:16", "9999-99-99T00:00:00Z", "now"]) {
    assert.equal(withMember(`"occurredAt":"${time}"`), "/occurredAt timestamp_invalid", time);
  }
  assert.equal(
    withMember('"occurredAt":"+275760-09-13T00:00:00Z"'),
    "/occurredAt timestamp_invalid",
  );
  assert.equal(withMember('"occurredAt":1700000000'), "/occurredAt timestamp_invalid");
  assert.equal(withMember('"occurredAt":"2037-01-01T00:00:00Z"'), "/occurredAt timestamp_invalid");
  assert.equal(withMember('"occurredAt":"2036-01-01T00:00:00Z"'), "ok");
});

test("data may be nested 64 levels, alone and in a batch, the event around it not counted", () => {
  const event = (depth: number) => `{"type":"a","data":${"[".repeat(depth)}${"]".repeat(depth)}}`;
  assert.equal(brief(parse(event(64))), "ok");
  assert.equal(brief(parse(event(65))), "/data json_too_deep");
  assert.equal(brief(parseMany(`{"events":[${event(64)}]}`)), "ok");
  assert.equal(brief(parseMany(`{"events":[{},${event(65)}]}`)), "/events/1/data json_too_deep");
});

test("data may have 256 KiB and what stands around it 8 KiB", () => {
  const event = (bytes: number) => `{"type":"a","data":"${"x".repeat(bytes - 2)}"}`;
  assert.equal(brief(parse(event(EVENT_DATA_BYTES_MAX))), "ok");
  assert.equal(brief(parse(event(EVENT_DATA_BYTES_MAX + 1))), "payload_too_large");
  assert.equal(brief(parse(`{"type":"a",${" ".repeat(9000)}"data":1}`)), "payload_too_large");
  const batch = parseMany(`{"events":[${event(9)},${event(EVENT_DATA_BYTES_MAX + 1)}]}`);
  assert.ok(!batch.ok && batch.problem.code === "payload_too_large");
  assert.match(batch.problem.detail, /of \/events\/1 has 262145 bytes/);
});

test("a batch keeps order, bytes and keys, and lends its organization to its items", () => {
  const first = '{"type":"a","data":1,"idempotencyKey":"k-1"}';
  const second = `{ "type":"b","data":[2] }`;
  const result = parseMany(
    `{"organizationId":"${organizationText}","events":[${first}, ${second}]}`,
  );
  assert.ok(result.ok);
  assert.deepEqual(
    result.events.map(({ raw, idempotencyKey, organizationId }) => [
      raw.toString(),
      idempotencyKey,
      organizationId,
    ]),
    [
      [first, "k-1", organization],
      [second, null, organization],
    ],
  );
});

test("one bad event refuses the batch and every bad one is named", () => {
  const good = '{"type":"a","data":1}';
  const keyless = '{"type":"a","data":1,"idempotencyKey":""}';
  const bad = `{"events":[${good},5,{"type":"A","data":1},{"type":"a"},${keyless}]}`;
  assert.equal(
    brief(parseMany(bad)),
    "/events/1 event_not_object, /events/2/type type_invalid, /events/3/data required, " +
      "/events/4/idempotencyKey idempotency_key_invalid",
  );
  const many = (count: number) => `{"events":[${Array(count).fill(good).join(",")}]}`;
  assert.equal(brief(parseMany(many(100))), "ok");
  assert.equal(brief(parseMany(many(101))), "/events batch_too_large");
  assert.equal(brief(parseMany('{"events":[]}')), "/events batch_empty");
  assert.equal(brief(parseMany('{"events":{}}')), "/events invalid_type");
  assert.equal(brief(parseMany('{"event":[]}')), "/event unknown_field, /events required");
  assert.equal(
    brief(parseMany('{"events":[],"organizationId":1}')),
    "/organizationId id_invalid, /events batch_empty",
  );
  assert.equal(brief(parseMany("[]")), " event_not_object");
});

test("event types, resources and keys have exact forms", () => {
  for (const type of [
    "a",
    "order.created",
    "queue.consumer_entered",
    "a.b.c.d.e.f.g.h",
    "x".repeat(128),
  ]) {
    assert.ok(isEventType(type), type);
  }
  for (const type of [
    "",
    "Order.Created",
    "order..created",
    ".x",
    "x.",
    "order.created\n",
    "a-b",
    "é",
  ]) {
    assert.ok(!isEventType(type), type);
  }
  assert.ok(!isEventType("x".repeat(129)) && !isEventType("a.b.c.d.e.f.g.h.i"));
  assert.ok(isResource("artist:nova") && isResource(`a:${"x".repeat(128)}`));
  for (const text of [
    "artist:",
    ":nova",
    "Artist:nova",
    "a:b:c",
    "a:b c",
    `a:${"x".repeat(129)}`,
  ]) {
    assert.ok(!isResource(text), text);
  }
  assert.ok(isOrderingKey("😀".repeat(128)) && isOrderingKey("a b"));
  for (const text of ["", "a\tb", "a\u007f", "\ud800", "a\u2028", "x".repeat(129)]) {
    assert.ok(!isOrderingKey(text), JSON.stringify(text));
  }
  assert.ok(isIdempotencyKey("!~".repeat(127) + "a"));
  for (const text of ["", "a b", "a\n", "é", "x".repeat(256)])
    assert.ok(!isIdempotencyKey(text), text);
});

test("every time that Date prints is read back, and days that do not exist are refused", () => {
  const dates = fc.date({
    min: new Date("0001-01-01"),
    max: new Date("9999-12-31"),
    noInvalidDate: true,
  });
  fc.assert(fc.property(dates, (date) => parseTimestamp(date.toISOString()) === date.getTime()));
  assert.equal(
    parseTimestamp("2026-11-21T09:58:16.123456789Z"),
    Date.UTC(2026, 10, 21, 9, 58, 16, 123),
  );
  assert.equal(parseTimestamp("2024-02-29T00:00:00Z"), Date.UTC(2024, 1, 29));
  for (const text of ["2026-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-01-01T24:00:00Z"]) {
    assert.equal(parseTimestamp(text), undefined, text);
  }
  for (const text of [
    "2026-01-01T00:00:60Z",
    "2026-01-01 00:00:00Z",
    "2026-01-01T00:00:00+24:00",
  ]) {
    assert.equal(parseTimestamp(text), undefined, text);
  }
});
