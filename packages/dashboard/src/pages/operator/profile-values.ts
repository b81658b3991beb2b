/** A profile as a list of single values, each with the profile that set it; and what differs between two. */
export interface ProfileValue {
  /** JSON Pointer. */
  readonly pointer: string;
  readonly text: string;
  /** Id of the profile that set it. */
  readonly origin: string;
}

export interface ProfileDifference {
  readonly pointer: string;
  /** Undefined where one of them has none. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

interface Described {
  readonly id: string;
  /** JSON Pointer of each value → the profile that set it. */
  readonly origins: Readonly<Record<string, string>>;
}

/** What every profile has of its own, and nobody wants compared. */
const NAMES = new Set(["id", "title", "source", "origins", "wireFormat"]);

export function valuesOf(profile: Described): readonly ProfileValue[] {
  return Object.entries(profile)
    .filter(([name]) => !NAMES.has(name))
    .flatMap(([name, value]) => flatten(`/${name}`, value))
    .map(([pointer, text]) => ({ pointer, text, origin: originOf(profile, pointer) }));
}

export function differencesOf(one: Described, other: Described): readonly ProfileDifference[] {
  const [before, after] = [textsOf(one), textsOf(other)];
  const pointers = [...new Set([...before.keys(), ...after.keys()])];
  return pointers
    .filter((pointer) => before.get(pointer) !== after.get(pointer))
    .map((pointer) => ({ pointer, before: before.get(pointer), after: after.get(pointer) }));
}

function textsOf(profile: Described): ReadonlyMap<string, string> {
  return new Map(valuesOf(profile).map(({ pointer, text }) => [pointer, text]));
}

/** Lists of plain values are one value: their order and their members belong together. */
function flatten(pointer: string, value: unknown): readonly (readonly [string, string])[] {
  if (value === undefined) return [];
  const isList = Array.isArray(value);
  if (typeof value !== "object" || value === null) return [[pointer, say(value)]];
  if (isList && value.every((each) => typeof each !== "object" || each === null)) {
    return [[pointer, value.map(say).join(", ")]];
  }
  return Object.entries(value).flatMap(([name, each]) =>
    flatten(`${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`, each),
  );
}

function say(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A value inside of what was set as a whole has the origin of the whole. */
function originOf({ id, origins }: Described, pointer: string): string {
  for (let at = pointer; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) {
    const origin = origins[at];
    if (origin !== undefined) return origin;
  }
  return id;
}
