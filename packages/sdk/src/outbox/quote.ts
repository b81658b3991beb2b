/**
 * A text as an SQL expression without a parameter. In hexadecimal: no setting of the server and no encoding of the
 * client can make it end early, as backslashes in quotes can.
 */
export function quote(value: string | null): string {
  if (value === null) return "null";
  const hex = Array.from(new TextEncoder().encode(value), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
  return `convert_from(decode('${hex}', 'hex'), 'UTF8')`;
}
