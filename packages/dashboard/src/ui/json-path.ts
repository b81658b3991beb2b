/** JSON as a tree: what has members, and how a place in it is called. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [name: string]: Json };

export function isContainer(
  value: Json,
): value is readonly Json[] | { readonly [name: string]: Json } {
  return typeof value === "object" && value !== null;
}

export function entriesOf(value: Json): readonly (readonly [string, Json])[] {
  return isContainer(value) ? Object.entries(value) : [];
}

/** `$.data`, then `$.data[0]`, `$.data["first name"]`. */
export function childPath(parent: string, name: string, isInArray: boolean): string {
  if (isInArray) return `${parent}[${name}]`;
  return /^[A-Za-z_]\w*$/.test(name) ? `${parent}.${name}` : `${parent}[${JSON.stringify(name)}]`;
}

export function sayValue(value: Json): string {
  return JSON.stringify(value);
}

/** The text as JSON, or undefined when it is none. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
