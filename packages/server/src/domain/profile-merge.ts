import { pointerTo } from "./json-pointer.ts";

/** A value in the making that remembers which document set it. */
export type Merged =
  | { readonly kind: "object"; readonly members: ReadonlyMap<string, Merged> }
  | { readonly kind: "value"; readonly value: unknown; readonly origin: string };

/** Puts a document over what was there: objects merge member by member, everything else (lists too) replaces. */
export function mergeDocument(base: Merged | undefined, value: unknown, origin: string): Merged {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { kind: "value", value, origin };
  }
  // A map and not an object: a member called "__proto__" is a member like any other.
  const members = new Map(base?.kind === "object" ? base.members : []);
  for (const [key, member] of Object.entries(value)) {
    members.set(key, mergeDocument(members.get(key), member, origin));
  }
  return { kind: "object", members };
}

export function plainValue(merged: Merged): unknown {
  if (merged.kind === "value") return merged.value;
  return Object.fromEntries([...merged.members].map(([key, member]) => [key, plainValue(member)]));
}

/** JSON Pointer of each value → the document that set it. */
export function originsOf(merged: Merged, pointer = ""): Map<string, string> {
  if (merged.kind === "value") return new Map([[pointer, merged.origin]]);
  const origins = new Map<string, string>();
  for (const [key, member] of merged.members) {
    for (const entry of originsOf(member, pointerTo(pointer, key))) origins.set(...entry);
  }
  return origins;
}
