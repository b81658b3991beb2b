import { ambiguousKey, missingKey, type Refusal } from "./refusal.ts";

/** Reads a header by its lower-case name. */
export type HeaderReader = (name: string) => string | readonly string[] | null | undefined;

/** The key of a request, from `Authorization: Bearer` or `X-API-Key`; both may be there if they say the same. */
export function readKey(
  header: HeaderReader,
): { readonly ok: true; readonly key: string } | Refusal {
  const bearers = valuesOf(header("authorization")).flatMap(
    (value) => /^bearer +(\S+) *$/i.exec(value)?.[1] ?? [],
  );
  const keys = new Set([...bearers, ...valuesOf(header("x-api-key"))]);
  const [key, another] = keys;
  if (key === undefined) return missingKey();
  return another === undefined ? { ok: true, key } : ambiguousKey();
}

function valuesOf(header: ReturnType<HeaderReader>): string[] {
  return [header ?? []]
    .flat()
    .map((value) => value.trim())
    .filter((value) => value !== "");
}
