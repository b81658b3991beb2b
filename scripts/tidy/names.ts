/** One noun, one meaning: words the glossary refuses, and how files are called. */
import { basename } from "node:path/posix";
import { findings, type Finding, type SourceFile, type Tree } from "./source.ts";

/** Refused word → the word of the glossary. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ["tenant", "organization"],
  ["tier", "plan"],
  ["topic", "event type"],
  ["destination", "endpoint"],
  ["inbound", "source"],
  ["rotate", "roll"],
  ["rotation", "roll"],
  ["hook", "endpoint"],
]);

/** Names of other people's interfaces, which we must spell as they do. */
const FOREIGN = new Set(["addHook", "hookTimeout", "registerHooks"]);

const VAGUE = new Set([
  "utils",
  "util",
  "helpers",
  "helper",
  "common",
  "misc",
  "shared",
  "types",
  "index",
]);
const FILE_NAME = /^[a-z0-9]+(-[a-z0-9]+)*(\.((long\.)?test|test-d|d|config))?\.[a-z]+$/;
const MIGRATION = /^(\d{4})_[a-z0-9]+(_[a-z0-9]+)*\.sql$/;

export function names(tree: Tree): Finding[] {
  const own = [...tree.sources.values()].filter(
    ({ path }) => !path.startsWith("packages/dashboard/"),
  );
  return [...own.flatMap(refusedWords), ...tree.paths.flatMap(fileName)];
}

function refusedWords(file: SourceFile): Finding[] {
  return findings(file, /[A-Za-z_$][\w$]*/g, ([name]) => {
    const word = FOREIGN.has(name)
      ? undefined
      : wordsOf(name).find((each) => REFUSED.has(singular(each)));
    if (word === undefined) return undefined;
    return {
      rule: "word",
      message: `"${name}": we say ${REFUSED.get(singular(word))}, not ${word}`,
    };
  });
}

/** `rollWebHook_v2` → roll, web, hook, v2. */
function wordsOf(name: string): string[] {
  const parts = name.split(/[_$]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/);
  return parts.map((part) => part.toLowerCase());
}

function singular(word: string): string {
  if (/^rotat(es|ed|ing|ions?)$/.test(word))
    return word.startsWith("rotation") ? "rotation" : "rotate";
  return word.replace(/s$/, "");
}

const CODE_FOLDERS = /^(packages\/[^/]+\/(src|migrations|profiles)|scripts|test|bench|examples)\//;

function fileName(path: string): Finding[] {
  if (!CODE_FOLDERS.test(path)) return [];
  const found = (message: string) => [{ path, line: 1, rule: "file-name", message }];
  const name = basename(path);
  const pattern = /\/migrations\//.test(path) ? MIGRATION : FILE_NAME;
  const isData =
    /\.(json|pem|txt|md|svg|css|html|conf|sh)$/.test(name) && !/\/profiles\//.test(path);
  if (!isData && !pattern.test(name))
    return found("file names are kebab-case, after the noun or verb they hold");
  const vague = path.split("/").find((part) => VAGUE.has(part.replace(/\..*$/, "")));
  if (vague !== undefined && /\.tsx?$/.test(name))
    return found(`"${vague}" says nothing; name the thing it holds`);
  return [];
}
