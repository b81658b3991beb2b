/** A mapping as lines of text: `invoice.paid = order.paid`, and nothing after `=` for a type that is dropped. */
type Mapping = Readonly<Record<string, string | null>>;

export function mappingText(mapping: Mapping | null): string {
  return Object.entries(mapping ?? {})
    .map(([from, to]) => `${from} = ${to ?? ""}`.trim())
    .join("\n");
}

/** Null for no mapping at all. */
export function mappingOf(text: string): Mapping | null {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  if (lines.length === 0) return null;
  return Object.fromEntries(
    lines.map((line) => {
      const [from = "", to = ""] = line.split("=").map((part) => part.trim());
      return [from, to === "" ? null : to];
    }),
  );
}
