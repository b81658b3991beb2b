/**
 * Array literals in PostgreSQL's text form, of one dimension, built by one pass over a batch.
 * The hot statements take one array per column; the driver's own array serializer costs twice as much per row.
 */

type Plain = string | number | bigint | boolean | null;

/** For values that need no quotes: UUIDs, numbers, booleans. The caller vouches for them. */
export function plainArray(values: readonly Plain[]): string {
  let text = "{";
  for (let index = 0; index < values.length; index++) {
    if (index > 0) text += ",";
    text += values[index] ?? "NULL";
  }
  return `${text}}`;
}

/** For any text: every element is quoted, quotes and backslashes are escaped. */
export function textArray(values: readonly (string | null)[]): string {
  let text = "{";
  for (let index = 0; index < values.length; index++) {
    if (index > 0) text += ",";
    const value = values[index];
    text += value === null || value === undefined ? "NULL" : `"${escape(value)}"`;
  }
  return `${text}}`;
}

/** Bytes as `bytea` elements in hex form. */
export function bytesArray(values: readonly (Buffer | null)[]): string {
  let text = "{";
  for (let index = 0; index < values.length; index++) {
    if (index > 0) text += ",";
    const value = values[index];
    text += value ? `"\\\\x${value.toString("hex")}"` : "NULL";
  }
  return `${text}}`;
}

const SPECIAL = /["\\]/;

function escape(value: string): string {
  return SPECIAL.test(value) ? value.replaceAll("\\", "\\\\").replaceAll('"', '\\"') : value;
}

const ITEM = /"((?:[^"\\]|\\.)*)"|[^,{}]+/gs;

/** Reads an array of one dimension as PostgreSQL writes it: `{a,"b c",NULL}`. */
export function readArray(text: string): (string | null)[] {
  return Array.from(text.matchAll(ITEM), ([plain, quoted]) => {
    if (quoted !== undefined) return quoted.replace(/\\(.)/gs, "$1");
    return plain === "NULL" ? null : plain;
  });
}
