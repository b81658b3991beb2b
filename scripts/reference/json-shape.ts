/** What a JSON text is made of, without its values: what a program that reads it relies on. */
export type Shape = string | readonly Shape[] | { readonly [member: string]: Shape };

/** The shape of each line; a text of several lines that is one value is one shape. */
export function shapesOf(output: string): Shape[] {
  const text = output.trim();
  if (text === "") return [];
  try {
    return [shapeOf(JSON.parse(text))];
  } catch {
    return text.split("\n").map((line) => shapeOf(JSON.parse(line)));
  }
}

function shapeOf(value: unknown): Shape {
  if (value === null) return "null";
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (typeof value !== "object") return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shapeOf(each)]));
}

/** Sentences about what is in one and not in the other any more; what was added breaks nobody. */
export function lostMembers(before: Shape, after: Shape | undefined, path = ""): string[] {
  if (after === undefined) return [`${path} is gone`];
  if (typeof before === "string" || typeof after === "string") {
    const isSame = JSON.stringify(before) === JSON.stringify(after);
    return isSame ? [] : [`${path} was ${nameOf(before)} and is ${nameOf(after)}`];
  }
  const now = new Map(Object.entries(after));
  return Object.entries(before).flatMap(([name, each]) =>
    lostMembers(each, now.get(name), path === "" ? name : `${path}.${name}`),
  );
}

function nameOf(shape: Shape): string {
  if (typeof shape === "string") return shape;
  return Array.isArray(shape) ? "a list" : "an object";
}
