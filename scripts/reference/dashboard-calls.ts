/**
 * Which operations the dashboard calls: the paths of the API that stand in its sources, with the verb of the function
 * that they are handed to (`read`, `post`, `patch`, `remove` of api.ts, or `method:` beside them).
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { operationsOf, type Operation } from "./api-module.ts";
import type { Schema } from "./schema-code.ts";

/** Operation → the parts of the dashboard that call it, such as `webhooks`. */
export function dashboardCalls(document: Schema, folder: string): Map<string, Set<string>> {
  const operations = operationsOf(document);
  const found = new Map<string, Set<string>>();
  for (const path of sourcesBelow(folder)) {
    const text = readFileSync(join(folder, path), "utf8");
    for (const operation of callsIn(text).flatMap((call) => meant(operations, call, text))) {
      const part = path.replace(/^pages\//, "").replace(/[/.].*$/, "");
      found.set(operation.id, (found.get(operation.id) ?? new Set()).add(part));
    }
  }
  return found;
}

interface CallFound {
  readonly method: string;
  /** With `{}` for what is put in. */
  readonly path: string;
}

function sourcesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => /\.tsx?$/.test(path) && !/\.test\./.test(path))
    .toSorted();
}

const VERBS: Readonly<Record<string, string>> = {
  read: "GET",
  post: "POST",
  put: "PUT",
  patch: "PATCH",
  remove: "DELETE",
};

function callsIn(text: string): CallFound[] {
  const paths = /"(\/(?:api|portal)\b[^"\s]*)"|`(\/(?:api|portal)\b(?:[^`$\s]|\$\{[^}]*\})*)`/g;
  return [...text.matchAll(paths)].map((match) => {
    const { index } = match;
    const written = match[1] ?? match[2] ?? "";
    const path = written.replace(/\$\{[^}]*\}/g, "{}").replace(/\?.*$/s, "");
    const around = {
      before: text.slice(Math.max(0, index - 160), index),
      after: text.slice(index + written.length),
    };
    return { path, method: methodOf(around) };
  });
}

/** The nearest word that says it: the function before the path, else what uses the variable after it. */
function methodOf({ before, after }: { readonly before: string; readonly after: string }): string {
  const words = /\bmethod: "([A-Z]+)"|\b(read|post|put|patch|remove|useList)\b(?=[<(])/g;
  const [, named, verb] = [...before.matchAll(words)].at(-1) ?? [];
  const isVariable = /\bconst \w+ =\s*$/.test(before);
  if (isVariable || (named === undefined && verb === undefined)) {
    const [, laterNamed, laterVerb] = [...after.slice(0, 160).matchAll(words)][0] ?? [];
    return laterNamed ?? VERBS[laterVerb ?? ""] ?? "GET";
  }
  return named ?? VERBS[verb ?? ""] ?? "GET";
}

/**
 * The operations that a path with holes can mean: `/api/jobs/{}` is the one with a parameter there. When there is none,
 * the hole is filled with words of the same file: `/api/jobs/{}/{}` with "pause" and "resume".
 */
function meant(operations: readonly Operation[], call: CallFound, text: string): Operation[] {
  const same = operations.filter(({ method }) => method === call.method);
  const exact = same.filter(({ path }) => path.replace(/\{\w+\}/g, "{}") === call.path);
  if (exact.length > 0) return exact;
  const segments = call.path.split("/");
  return same.filter(({ path }) => {
    const wanted = path.split("/");
    return (
      wanted.length === segments.length &&
      wanted.every((part, index) => fits(part, segments[index] ?? "", text))
    );
  });
}

function fits(wanted: string, written: string, text: string): boolean {
  if (wanted === written) return true;
  if (written === "{}") return wanted.startsWith("{") || text.includes(`"${wanted}"`);
  // An id in the source: `/api/sessions/current` stands for itself.
  return false;
}
