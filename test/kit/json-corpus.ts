import { JSON_TEXTS, type JsonText } from "./json-texts.ts";

/** A body for `POST /api/events` and what has to become of it. */
export interface JsonCase {
  readonly name: string;
  readonly body: Buffer;
  readonly expected: JsonExpectation;
}

export type JsonExpectation =
  /** 202, and the delivered `data` has exactly these bytes. */
  | { readonly accepted: true; readonly data: Buffer }
  /** `field` is the first entry of `errors[]`, given with `invalid_request`. */
  | {
      readonly accepted: false;
      readonly status: 400 | 413 | 422;
      readonly code: string;
      readonly field?: { readonly pointer: string; readonly code: string };
    };

/** The type of every accepted event of the corpus. */
export const CORPUS_EVENT_TYPE = "corpus.case";

const DATA_BYTES_MAX = 262_144;
const REST_BYTES_MAX = 8192;
const malformed = { accepted: false, status: 400, code: "json_malformed" } as const;
const tooLarge = { accepted: false, status: 413, code: "payload_too_large" } as const;

/** An event around one JSON text. */
export function eventBody(data: string | Buffer, type: string = CORPUS_EVENT_TYPE): Buffer {
  return Buffer.concat([
    Buffer.from(`{"type":${JSON.stringify(type)},"data":`),
    Buffer.from(data),
    Buffer.from("}"),
  ]);
}

function field(pointer: string, code: string): JsonExpectation {
  return { accepted: false, status: 422, code: "invalid_request", field: { pointer, code } };
}

function arrives(name: string, data: string): JsonCase {
  return { name, body: eventBody(data), expected: { accepted: true, data: Buffer.from(data) } };
}

function is(name: string, body: string | Buffer, expected: JsonExpectation): JsonCase {
  return { name, body: Buffer.from(body), expected };
}

/** One JSON text as the `data` of an event. */
function fromText({ name, text, isValid }: JsonText): JsonCase {
  const data = Buffer.from(text);
  const expected: JsonExpectation = isValid ? { accepted: true, data } : malformed;
  return { name: `data: ${name}`, body: eventBody(data), expected };
}

function nested(depth: number, open = "[", close = "]", core = ""): string {
  return open.repeat(depth) + core + close.repeat(depth);
}

const EMPTY_AND_CUT: readonly JsonCase[] = [
  is("empty body", "", { accepted: false, status: 400, code: "body_empty" }),
  ...[" ", "\n\t", "{", '{"', '{"type', '{"type"', '{"type":', '{"type":"a"', '{"type":"a",'].map(
    (text) => is(`cut off: ${JSON.stringify(text)}`, text, malformed),
  ),
  ...['{"type":"a","data":', '{"type":"a","data":{', '{"type":"a","data":{}'].map((text) =>
    is(`cut off: ${JSON.stringify(text)}`, text, malformed),
  ),
];

const OUTER_GRAMMAR: readonly JsonCase[] = [
  ...[
    '{"type":"a","data":1,}',
    '{,"type":"a","data":1}',
    '{"type":"a","data":1}}',
    '{"type":"a","data":1} {}',
    '{"type":"a","data":1} x',
    '{"type":"a" "data":1}',
    '{"type":"a";"data":1}',
    '{"type" "a","data":1}',
    '{"type"::"a","data":1}',
    '{"type":,"data":1}',
    '{type:"a","data":1}',
    "{'type':'a','data':1}",
    '{"type":"a",,"data":1}',
    '{null:"a","data":1}',
    '{1:"a","data":1}',
    '{["type"]:"a","data":1}',
    '{"type":"a","data":1]',
    '["type":"a","data":1}',
    '{"type":"a","data":1}\u0000',
    '\u0000{"type":"a","data":1}',
    '\u00a0{"type":"a","data":1}',
    '{"type":"a",\f"data":1}',
    '{"type":"a",\u2028"data":1}',
    '// note\n{"type":"a","data":1}',
    '{"type":"a",/* note */"data":1}',
    '{"type":"a","data":1}\n{"type":"a","data":1}',
    ')]}\',\n{"type":"a","data":1}',
    'callback({"type":"a","data":1})',
    '{"type":"a\nb","data":1}',
    '{"ty\tpe":"a","data":1}',
    '{"type":"a","data":1,"\\x":1}',
    '{"type":"a","data":1,"\\u12":1}',
  ].map((text) => is(`event: ${JSON.stringify(text)}`, text, malformed)),
  is("event: white space of all four kinds", ' \t\r\n{ "type" :\t"a" ,\r\n"data" : 1 } \n', {
    accepted: true,
    data: Buffer.from("1"),
  }),
  is("event: keys written with escapes", '{"\\u0074ype":"a","d\\u0061ta":[1]}', {
    accepted: true,
    data: Buffer.from("[1]"),
  }),
  is("event: data before type", '{"data":{"type":"x","data":2},"type":"a"}', {
    accepted: true,
    data: Buffer.from('{"type":"x","data":2}'),
  }),
];

const OTHER_ROOTS: readonly JsonCase[] = [
  ...["[]", "[1]", '"text"', "1", "-0", "true", "false", "null", ' [{"type":"a","data":1}] '].map(
    (text) => is(`root: ${text}`, text, field("", "event_not_object")),
  ),
  ...["[", '"', "-", "nul", "tru", "[1", "undefined", "NaN", "<a/>", "a=b"].map((text) =>
    is(`root: ${text}`, text, malformed),
  ),
];

function encodingInvalid(name: string, ...bytes: number[]): JsonCase {
  const text = Buffer.concat([Buffer.from('"'), Buffer.from(bytes), Buffer.from('"')]);
  const expected = { accepted: false, status: 400, code: "encoding_invalid" } as const;
  return is(`encoding: ${name}`, eventBody(text), expected);
}

const ENCODINGS: readonly JsonCase[] = [
  encodingInvalid("the byte FF", 0xff),
  encodingInvalid("the byte FE", 0xfe),
  encodingInvalid("a continuation byte alone", 0x80),
  encodingInvalid("two bytes cut to one", 0xc3),
  encodingInvalid("three bytes cut to two", 0xe2, 0x82),
  encodingInvalid("four bytes cut to three", 0xf0, 0x9f, 0x98),
  encodingInvalid("overlong slash, two bytes", 0xc0, 0xaf),
  encodingInvalid("overlong slash, three bytes", 0xe0, 0x80, 0xaf),
  encodingInvalid("overlong slash, four bytes", 0xf0, 0x80, 0x80, 0xaf),
  encodingInvalid("overlong NUL", 0xc0, 0x80),
  encodingInvalid("overlong quote", 0xc0, 0xa2),
  encodingInvalid("a surrogate half as three bytes", 0xed, 0xa0, 0x80),
  encodingInvalid("a surrogate pair as six bytes", 0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80),
  encodingInvalid("a code point above 10FFFF", 0xf4, 0x90, 0x80, 0x80),
  encodingInvalid("a lead byte of five", 0xf8, 0x88, 0x80, 0x80, 0x80),
  encodingInvalid("Latin-1 text", 0x63, 0x61, 0x66, 0xe9),
  encodingInvalid("an escape before a bad byte", 0x5c, 0xff),
  is("byte order mark", '\ufeff{"type":"a","data":1}', malformed),
  is("byte order mark inside", '{"type":"a","data":\ufeff1}', malformed),
  arrives("a byte order mark inside a text", '"\ufeff"'),
  is("UTF-16, little end first", Buffer.from('{"type":"a","data":1}', "utf16le"), malformed),
  is("UTF-16 with mark", Buffer.from('\ufeff{"type":"a"}', "utf16le"), {
    accepted: false,
    status: 400,
    code: "encoding_invalid",
  }),
];

const KEYS: readonly JsonCase[] = [
  is("key twice: type", '{"type":"a","type":"a","data":1}', field("/type", "duplicate_key")),
  is("key twice: data", '{"type":"a","data":1,"data":1}', field("/data", "duplicate_key")),
  is("key twice: unknown", '{"x":1,"x":1}', field("/x", "duplicate_key")),
  is(
    "key twice: once with an escape",
    '{"type":"a","data":1,"\\u0064ata":2}',
    field("/data", "duplicate_key"),
  ),
  arrives("key twice inside data", '{"a":1,"a":2,"a":{"a":1,"a":1}}'),
  arrives("empty keys", '{"":1,"":{"":0}}'),
  arrives("__proto__ inside data", '{"__proto__":{"admin":true}}'),
  arrives("constructor and prototype inside data", '{"constructor":{"prototype":{"admin":true}}}'),
  arrives("toString, valueOf and toJSON inside data", '{"toString":1,"valueOf":null,"toJSON":"x"}'),
  arrives("keys that look like numbers, out of order", '{"2":2,"1":1,"0":0,"-1":-1}'),
  ...[
    "__proto__",
    "constructor",
    "id",
    "timestamp",
    "Type",
    "types",
    "idempotencyKey",
    "meta",
    "",
  ].map((key) =>
    is(
      `unknown field: ${key}`,
      `{"type":"a","data":1,${JSON.stringify(key)}:{}}`,
      field(`/${key}`, "unknown_field"),
    ),
  ),
  is("unknown field: a~b/c", '{"type":"a","data":1,"a~b/c":1}', field("/a~0b~1c", "unknown_field")),
];

const TYPES: readonly JsonCase[] = [
  ...[
    '"Order.Created"',
    '"order..created"',
    '".x"',
    '"x."',
    '"order.created\\n"',
    '"a\\u0000b"',
    '"\\ud800"',
    '"é"',
    '"a b"',
    '"a-b"',
    '"a/b"',
    '""',
    '"*"',
    '"a.*"',
    '"a.b.c.d.e.f.g.h.i"',
    `"${"x".repeat(129)}"`,
    "1",
    "null",
    "true",
    '["a"]',
    '{"a":1}',
  ].map((type) => is(`type: ${type}`, `{"type":${type},"data":1}`, field("/type", "type_invalid"))),
  ...["a", "order.created", "queue.consumer_entered", "a1.b2", "_", "a.b.c.d.e.f.g.h"].map((type) =>
    is(`type: ${type}`, eventBody("1", type), { accepted: true, data: Buffer.from("1") }),
  ),
  is("type of 128 characters", eventBody("1", "x".repeat(128)), {
    accepted: true,
    data: Buffer.from("1"),
  }),
  is("type written with escapes", '{"type":"\\u0061","data":1}', {
    accepted: true,
    data: Buffer.from("1"),
  }),
  is("no type", '{"data":1}', field("/type", "required")),
  is("no data", '{"type":"a"}', field("/data", "required")),
  is("no member at all", "{}", field("/type", "required")),
];

const TIMES: readonly JsonCase[] = [
  '"9999-99-99"',
  '"9999-99-99T00:00:00Z"',
  '"+275760-09-13T00:00:00Z"',
  '"2099-01-01T00:00:00Z"',
  '"1970-01-01T00:00:00Z"',
  '"2026-07-01T12:00:00"',
  '"2026-07-01"',
  '"2026-02-30T00:00:00Z"',
  '"2026-07-01 12:00:00Z"',
  '"2026-07-01T25:00:00Z"',
  '"now"',
  '""',
  "1785542400",
  "null",
].map((time) =>
  is(
    `time: ${time}`,
    `{"type":"a","data":1,"occurredAt":${time}}`,
    field("/occurredAt", "timestamp_invalid"),
  ),
);

const DEPTHS: readonly JsonCase[] = [
  arrives("64 arrays", nested(64)),
  arrives("64 objects", nested(64, '{"a":', "}", "1")),
  arrives("64 levels, alternating", nested(32, '[{"a":', "}]", "1")),
  arrives("64 levels twice, side by side", `[${nested(63)},${nested(63)}]`),
  arrives("brackets in a text are no depth", `"${nested(500)}"`),
  is("65 arrays", eventBody(nested(65)), field("/data", "json_too_deep")),
  is("65 objects", eventBody(nested(65, '{"a":', "}", "1")), field("/data", "json_too_deep")),
  is("100,000 arrays", eventBody(nested(100_000)), field("/data", "json_too_deep")),
  is(
    "100,000 brackets never closed",
    eventBody("[".repeat(100_000)),
    field("/data", "json_too_deep"),
  ),
  is(
    "an unknown field 65 deep",
    `{"type":"a","data":1,"x":${nested(65)}}`,
    field("/x", "json_too_deep"),
  ),
];

const SIZES: readonly JsonCase[] = [
  arrives("data of exactly 256 KiB", `"${"x".repeat(DATA_BYTES_MAX - 2)}"`),
  arrives(
    "data of exactly 256 KiB in letters of two bytes",
    `"${"é".repeat(DATA_BYTES_MAX / 2 - 1)}"`,
  ),
  is("data one byte above 256 KiB", eventBody(`"${"x".repeat(DATA_BYTES_MAX - 1)}"`), tooLarge),
  is("white space inside data counts", eventBody(`[${" ".repeat(DATA_BYTES_MAX - 1)}]`), tooLarge),
  is("9 kB around data", `{"type":"a",${" ".repeat(REST_BYTES_MAX + 800)}"data":1}`, tooLarge),
  arrives("20,000 keys in one object", manyKeys(20_000)),
  arrives("50,000 items in one array", `[${Array.from({ length: 50_000 }, () => "0").join()}]`),
];

function manyKeys(count: number): string {
  return `{${Array.from({ length: count }, (_, index) => `"k${index}":0`).join()}}`;
}

/** All cases; names are unique. */
export const JSON_CASES: readonly JsonCase[] = [
  ...EMPTY_AND_CUT,
  ...OUTER_GRAMMAR,
  ...OTHER_ROOTS,
  ...ENCODINGS,
  ...KEYS,
  ...TYPES,
  ...TIMES,
  ...DEPTHS,
  ...SIZES,
  ...JSON_TEXTS.map(fromText),
];
