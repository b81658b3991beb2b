const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const LETTERS = 26;

/** The public id of the event whose UUID stands in the row: TypeID 0.3, base32 of 128 bits. */
export function eventIdOf(row: unknown): string {
  const uuid = typeof row === "object" && row !== null && "id" in row ? String(row.id) : "";
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uuid)) {
    throw new TypeError("The client did not answer the row of posthorn.emit.");
  }
  const bits = BigInt(`0x${uuid.replaceAll("-", "")}`);
  const letter = (_: unknown, at: number) =>
    ALPHABET[Number((bits >> BigInt(5 * (LETTERS - 1 - at))) & 31n)];
  return `evt_${Array.from({ length: LETTERS }, letter).join("")}`;
}
