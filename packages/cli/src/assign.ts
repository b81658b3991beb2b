import { usage } from "./failure.ts";
import { isObject, parseJson } from "./json.ts";

/**
 * The data with one value set, from `data.total=4200` or `data.lines.0.name=Pen`. The value is JSON where it can be
 * read as such, else text; objects on the way are made, elements of arrays must be there. Throws a usage failure.
 */
export function assign(data: unknown, setting: string): unknown {
  const [, path, value] = /^([^=]+)=(.*)$/s.exec(setting) ?? [];
  const [root, ...names] = path?.split(".") ?? [];
  if (root !== "data" || value === undefined || names.some((name) => name === "")) {
    throw usage(`"${setting}" is not of the form data.name=value.`);
  }
  const parsed = parseJson(value);
  return put(data, names, parsed ? parsed.value : value);
}

function put(target: unknown, names: readonly string[], value: unknown): unknown {
  const [name, ...rest] = names;
  if (name === undefined) return value;
  if (Array.isArray(target)) {
    const index = /^\d+$/.test(name) ? Number(name) : -1;
    if (index < 0 || index > target.length) throw usage(`There is no element ${name} to set.`);
    return [...target.slice(0, index), put(target[index], rest, value), ...target.slice(index + 1)];
  }
  const object = isObject(target) ? target : {};
  const before = Object.hasOwn(object, name) ? object[name] : undefined;
  return { ...object, [name]: put(before, rest, value) };
}
