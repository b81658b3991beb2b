import fc from "fast-check";

const gap = fc.constantFrom("", "", "", " ", "\n", "\t", "\r\n", "  \n\t ");

const digits = fc.stringMatching(/^[0-9]{1,25}$/);
const whole = fc.oneof(fc.constant("0"), fc.stringMatching(/^[1-9][0-9]{0,30}$/));
const exponent = fc.stringMatching(/^[eE][-+]?[0-9]{1,4}$/);

/** Every spelling that the grammar has for numbers, most of which no double can hold. */
const number = fc
  .tuple(fc.boolean(), whole, fc.option(digits), fc.option(exponent))
  .map(([isNegative, integer, fraction, power]) => {
    const decimals = fraction === null ? "" : `.${fraction}`;
    return `${isNegative ? "-" : ""}${integer}${decimals}${power ?? ""}`;
  });

const hex4 = fc.stringMatching(/^[0-9a-fA-F]{4}$/);

/**
 * A piece of the inside of a string: as it is, or as one of its escapes, lone surrogates and NUL
 * included.
 */
const piece = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: "binary", maxLength: 6 }).map(escapeWhatMustBe) },
  { weight: 1, arbitrary: hex4.map((digitsOfUnit) => `\\u${digitsOfUnit}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('\\"', "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t"),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom("e\u0301", "\u00e9", "😀", "\u202e", "\u2028", "\ufeff", "\u007f"),
  },
);

const text = fc.array(piece, { maxLength: 5 }).map((pieces) => `"${pieces.join("")}"`);

const oddKey = fc.constantFrom(
  '"__proto__"',
  '"constructor"',
  '""',
  '"a"',
  '"toJSON"',
  '"\\u0061"',
);
const key = fc.oneof({ weight: 2, arbitrary: text }, { weight: 1, arbitrary: oddKey });

function escapeWhatMustBe(raw: string): string {
  return JSON.stringify(raw.toWellFormed()).slice(1, -1);
}

function enclose(open: string, parts: readonly string[], close: string): string {
  return open + parts.join(",") + close;
}

const { value } = fc.letrec<{ value: string; array: string; object: string }>((tie) => ({
  array: fc
    .tuple(gap, fc.array(padded(tie("value")), { maxLength: 5 }))
    .map(([space, items]) => enclose("[", items.length > 0 ? items : [space], "]")),
  object: fc
    .tuple(gap, fc.array(fc.tuple(padded(key), padded(tie("value"))), { maxLength: 5 }))
    .map(([space, members]) => {
      const parts = members.map(([name, content]) => `${name}:${content}`);
      return enclose("{", parts.length > 0 ? parts : [space], "}");
    }),
  value: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    fc.constantFrom("true", "false", "null"),
    number,
    text,
    tie("array"),
    tie("object"),
  ),
}));

function padded(inner: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(gap, inner, gap).map(([before, content, after]) => before + content + after);
}

/**
 * Odd but valid `data` values as raw JSON text: any white space, any spelling of numbers, any
 * escape, any script, keys given twice and keys that name prototypes. Every one must be accepted
 * and must arrive byte for byte.
 */
export function payloads(): fc.Arbitrary<string> {
  return value;
}
