/** Whether PostgreSQL takes a text: it keeps no NUL, and a lone surrogate is no character. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}

/** Where in a JSON value a text or a name stands that `jsonb` refuses; undefined when there is none. */
export function findUnstorable(value: unknown): string[] | undefined {
  if (typeof value === "string") return isStorable(value) ? undefined : [];
  if (typeof value !== "object" || value === null) return undefined;
  for (const [name, member] of Object.entries(value)) {
    // Such a name is told as that of the object around it: nobody could read it.
    if (!isStorable(name)) return [];
    const found = findUnstorable(member);
    if (found) return [name, ...found];
  }
  return undefined;
}
