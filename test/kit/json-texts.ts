/** A text and whether RFC 8259 calls it a JSON value. */
export interface JsonText {
  readonly name: string;
  readonly text: string;
  readonly isValid: boolean;
}

/** What the standard allows, and next to it what people and machines get wrong. */
interface Category {
  readonly valid: readonly string[];
  readonly invalid: readonly string[];
}

const LITERALS: Category = {
  valid: ["true", "false", "null", "[true,false,null]", '{"a":null}'],
  invalid: [
    ..."True TRUE tru truee nul nulll NULL None nil undefined fals falsee yes".split(" "),
    ..."NaN nan Infinity -Infinity +Infinity inf -NaN".split(" "),
    "true false",
    "t\\u0072ue",
    "trué",
    "",
    " ",
  ],
};

const NUMBERS: Category = {
  valid: [
    ..."0 -0 1 -1 10 123456789 0.0 -0.0 0.1 1.0 1.50 3.141592653589793".split(" "),
    ..."1e0 1E0 1e5 1E+5 1e-5 1.5e10 -1.5E-10 0e0 0e1 0E+1 1e00005".split(" "),
    ..."9007199254740993 -9007199254740993 18446744073709551616 1e308 1e309 1e400 -1e400".split(
      " ",
    ),
    ..."5e-324 1e-400 0.1000000000000000055511151231257827021181583404541015625".split(" "),
    "0.1234567890123456789012345678901234567890",
    `1${"0".repeat(400)}`,
    `0.${"0".repeat(400)}1`,
    "1e9999999999",
    "[1,-1,0.5,1e3]",
  ],
  invalid: [
    ..."+1 ++1 --1 - + . .1 -.1 1. -1. 1.e1 01 -01 00 -00 007 0.1.2 1.2.3".split(" "),
    ..."1e 1e+ 1e- 1E 1e1.5 1ee1 1e+-1 e1 1eE2 0e 0x1F 0b1 0o7 1_000 1,000".split(" "),
    "1 000",
    "- 1",
    "1 e5",
    "1a",
    "1n",
    "1f",
    "１",
    "٣",
    "1\u0000",
    "½",
    "(1)",
    "1+1",
  ],
};

const STRINGS: Category = {
  valid: [
    '""',
    '" "',
    '"a"',
    '"/"',
    '"\u007f"',
    '"é"',
    '"e\u0301"',
    '"ﬁ"',
    '"日本語"',
    '"😀"',
    '"👩‍👩‍👧‍👦"',
    '"\u202eevil"',
    '"\u200b"',
    '"\u2028\u2029"',
    '"\ufffd"',
    '"\ufffe\uffff"',
    '"\u{10ffff}"',
    '"{\\"a\\":[1]}"',
    '"[[[{{{"',
    '"// no comment"',
    '"<script>alert(1)</script>"',
    '"\'; drop table events; --"',
    '"%00%0d%0a"',
    '"null"',
  ],
  invalid: [
    '"',
    '"a',
    'a"',
    '"a""',
    '"a" "b"',
    "'a'",
    "`a`",
    "“a”",
    '"a\nb"',
    '"a\rb"',
    '"a\tb"',
    '"\u0000"',
    '"\u0001"',
    '"\u0008"',
    '"\u001b[31m"',
    '"\u001f"',
    '"a"+"b"',
    '\\"a\\"',
    "a",
    '"""a"""',
  ],
};

const ESCAPES: Category = {
  valid: [
    String.raw`"\""`,
    String.raw`"\\"`,
    String.raw`"\/"`,
    String.raw`"\b\f\n\r\t"`,
    String.raw`"\\\\"`,
    String.raw`"\\\""`,
    String.raw`"\u0000"`,
    String.raw`"\u001f"`,
    String.raw`"\u0041"`,
    String.raw`"\u00e9\u00E9"`,
    String.raw`"\uD83D\uDE00"`,
    String.raw`"\ud83d\ude00"`,
    String.raw`"\ud800"`,
    String.raw`"\udc00"`,
    String.raw`"\ude00\ud83d"`,
    String.raw`"\ud800\ud800"`,
    String.raw`"\ud800x"`,
    String.raw`"\ud83d\u0041"`,
    String.raw`"\ufeff\ufffe\uffff"`,
    String.raw`"\u2028\u2029"`,
    String.raw`"\\u0041"`,
    String.raw`{"\u0000":1,"\ud800":2}`,
    String.raw`{"\"":1,"\\":2,"\/":3}`,
  ],
  invalid: [
    String.raw`"\"`,
    String.raw`"\\\"`,
    String.raw`"\a"`,
    String.raw`"\v"`,
    String.raw`"\0"`,
    String.raw`"\1"`,
    String.raw`"\'"`,
    String.raw`"\x41"`,
    String.raw`"\u"`,
    String.raw`"\u4"`,
    String.raw`"\u004"`,
    String.raw`"\u004g"`,
    String.raw`"\u 041"`,
    String.raw`"\u{41}"`,
    String.raw`"\U0041"`,
    String.raw`"\u+041"`,
    String.raw`"\ud83d\u"`,
    String.raw`"\ud83d\ude0"`,
    '"\\\n"',
    '"\\\u0000"',
    '"\\é"',
    String.raw`"\u00A"`,
  ],
};

const ARRAYS: Category = {
  valid: [
    "[]",
    "[ ]",
    "[\n]",
    "[[]]",
    "[[],[]]",
    "[1]",
    "[ 1 , 2 ]",
    '[1,"a",null,{},[]]',
    "[0,0]",
  ],
  invalid: [
    "[",
    "]",
    "[1",
    "1]",
    "[1,",
    "[1,]",
    "[,]",
    "[,1]",
    "[1,,2]",
    "[1 2]",
    "[1;2]",
    "[1:2]",
    '["a":1]',
    "[}",
    "[1}",
    "[[]",
    "[]]",
    "[][]",
    "(1,2)",
    "[...a]",
    "[1,2,...]",
    "[1,\u00a02]",
    "[1,\v2]",
    "[1,\f2]",
    "[1,\u20602]",
    "[1,#2\n]",
    "[1,/*2*/3]",
  ],
};

const OBJECTS: Category = {
  valid: [
    "{}",
    "{ }",
    '{"a":1}',
    '{ "a" : 1 , "b" : 2 }',
    '{"a":{"b":{"c":[]}}}',
    '{"a\u00e9":"日"}',
    '{"😀":1}',
    '{" a ":1}',
    '{"a.b":1,"a/b":2,"$gt":3}',
    '{"a"\r\n:\t1}',
  ],
  invalid: [
    "{",
    "}",
    '{"a"}',
    '{"a":}',
    '{"a":1',
    '{"a":1,}',
    '{,"a":1}',
    '{"a":1,,"b":2}',
    '{"a":1 "b":2}',
    '{"a" 1}',
    '{"a"=1}',
    '{"a"=>1}',
    '{"a"::1}',
    '{"a":1:2}',
    "{a:1}",
    "{'a':1}",
    "{1:1}",
    "{null:1}",
    "{true:1}",
    "{[]:1}",
    "{{}:1}",
    '{"a":1]',
    "{]",
    "{{}}",
    '{"a",1}',
    '{"a":1;"b":2}',
    '{"a":1}{"b":2}',
    '{"a":/*1*/2}',
    '{"a":1,"b"}',
    '{"a":1 /',
    '{"a\nb":1}',
    '{"a":1,...}',
    '{"\\u00":1}',
    '{"a":undefined}',
    "{,}",
    "{:}",
    "{:1}",
    '{"a":,"b":1}',
  ],
};

const CATEGORIES = Object.entries({
  literals: LITERALS,
  numbers: NUMBERS,
  strings: STRINGS,
  escapes: ESCAPES,
  arrays: ARRAYS,
  objects: OBJECTS,
});

/** Texts name themselves; the longest are cut. */
function nameOf(category: string, text: string): string {
  const shown = JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
  return `${category} ${shown}`;
}

/**
 * JSON values and near misses by category: literals, numbers, strings, escapes, arrays, objects.
 */
export const JSON_TEXTS: readonly JsonText[] = CATEGORIES.flatMap(
  ([category, { valid, invalid }]) => [
    ...valid.map((text) => ({ name: nameOf(category, text), text, isValid: true })),
    ...invalid.map((text) => ({ name: nameOf(category, text), text, isValid: false })),
  ],
);
