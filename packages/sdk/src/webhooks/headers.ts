/** Request headers as the platforms give them: a `Headers` object, or a record with names in any case. */
export type HeaderBag =
  | { get(name: string): string | null }
  | { readonly [name: string]: string | readonly string[] | undefined };

/** Far above any real signature header; a longer one is an attempt to make us work. */
const VALUE_LENGTH_MAX = 8192;

export type FoundHeader =
  | { readonly state: "found"; readonly value: string }
  | { readonly state: "missing" }
  /** Sent twice, or longer than any honest value. */
  | { readonly state: "malformed" };

/** Looks a header up without regard to case; never throws, whatever it is given. */
export function findHeader(headers: HeaderBag, name: string): FoundHeader {
  const values = valuesOf(headers, name);
  const [value] = values;
  if (value === undefined) return { state: "missing" };
  if (values.length > 1 || value.length > VALUE_LENGTH_MAX) return { state: "malformed" };
  return { state: "found", value };
}

function valuesOf(headers: HeaderBag, name: string): readonly string[] {
  if (typeof headers !== "object" || headers === null || name === "") return [];
  if (isGettable(headers)) return texts(headers.get(name));
  const wanted = name.toLowerCase();
  const values: string[] = [];
  for (const key of Object.keys(headers)) {
    if (key.toLowerCase() === wanted) values.push(...texts(headers[key]));
  }
  return values;
}

function isGettable(headers: HeaderBag): headers is { get(name: string): string | null } {
  // A record may carry a header that is called "get"; its value is a text, never a function.
  return "get" in headers && typeof headers.get === "function";
}

function texts(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((item): item is string => typeof item === "string");
}
