/** Rows as files that a browser saves. */

/** RFC 4180. A field that a spreadsheet would take for a formula gets an apostrophe before it. */
export function toCsv(
  fields: readonly string[],
  rows: readonly (readonly (string | number | boolean | null)[])[],
): string {
  return [fields.join(","), ...rows.map((row) => row.map(cell).join(",")), ""].join("\r\n");
}

export function toNdjson(rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}

export function saveFile(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

function cell(value: string | number | boolean | null): string {
  const text = String(value ?? "");
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
