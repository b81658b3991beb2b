/**
 * `theirs` with what was typed: the fields of `mine` that differ from `before`, which both were made from. Sending all
 * of `mine` would take back what somebody else has saved in fields that nobody typed into here.
 */
export function mergeDraft<Draft extends object>(before: Draft, mine: Draft, theirs: Draft): Draft {
  const old = new Map<string, unknown>(Object.entries(before));
  const own = new Map<string, unknown>(Object.entries(mine));
  const other = new Map<string, unknown>(Object.entries(theirs));
  const merged = [...new Set([...other.keys(), ...own.keys()])]
    .map((name) => [name, mergeField(old.get(name), own.get(name), other.get(name))] as const)
    .filter(([, value]) => value !== undefined);
  // Proof: the names are those of a draft, and each value is that of one of the three.
  return Object.fromEntries(merged) as Draft;
}

function mergeField(before: unknown, mine: unknown, theirs: unknown): unknown {
  if (isFields(before) && isFields(mine) && isFields(theirs)) {
    return mergeDraft(before, mine, theirs);
  }
  return JSON.stringify(before) === JSON.stringify(mine) ? theirs : mine;
}

function isFields(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
