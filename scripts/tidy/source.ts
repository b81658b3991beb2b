/** Files as the rules see them: code without comments and text, comments, texts, imports. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { scan, type Piece } from "./scan.ts";

export interface Finding {
  /** Relative to the root, with forward slashes. */
  readonly path: string;
  readonly line: number;
  readonly rule: string;
  readonly message: string;
}

export interface Import {
  /** As written: `../domain/id.ts`, `node:fs`, `postgres`. */
  readonly specifier: string;
  /** The path of the file inside the tree; undefined for packages. */
  readonly path: string | undefined;
  readonly line: number;
}

export interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** The text with comments and the inside of strings replaced by spaces; lines and columns stay. */
  readonly code: string;
  readonly comments: readonly Piece[];
  readonly strings: readonly Piece[];
  readonly imports: readonly Import[];
}

export interface Tree {
  readonly root: string;
  /** Every file that belongs to the project, sorted. */
  readonly paths: readonly string[];
  /** TypeScript, JavaScript and SQL, by path. */
  readonly sources: ReadonlyMap<string, SourceFile>;
  /** The text of any file; undefined when it does not exist. */
  readonly read: (path: string) => string | undefined;
}

const SKIPPED = new Set(["node_modules", "dist", "public", "coverage"]);
/** Folders with a dot in front are other programs' affairs, except this one. */
const DOT_FOLDERS = new Set([".ci"]);

export function readTree(root: string): Tree {
  const paths = listFiles(root, "").toSorted();
  const known = new Set(paths);
  const read = (path: string) =>
    known.has(path) ? readFileSync(join(root, path), "utf8") : undefined;
  const sources = new Map<string, SourceFile>();
  for (const path of paths) {
    if (/\.(ts|tsx|js|mjs|sql)$/.test(path)) sources.set(path, readSource(path, read(path) ?? ""));
  }
  return { root, paths, sources, read };
}

function listFiles(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (!entry.isDirectory()) return entry.isFile() ? [path] : [];
    const isSkipped =
      SKIPPED.has(entry.name) || (entry.name.startsWith(".") && !DOT_FOLDERS.has(entry.name));
    return isSkipped ? [] : listFiles(root, path);
  });
}

function readSource(path: string, text: string): SourceFile {
  const { code, comments, strings } = scan(text, path.endsWith(".sql") ? "sql" : "typescript");
  return { path, text, code, comments, strings, imports: importsOf(path, code, strings) };
}

/** Static and dynamic imports, re-exports and `new URL("./x.ts", import.meta.url)`, all by literal text. */
function importsOf(path: string, code: string, strings: readonly Piece[]): Import[] {
  return strings.flatMap(({ start, line, text: specifier }) => {
    const before = code.slice(Math.max(0, start - 40), start);
    if (!/(\bfrom|\bimport|\bimport\s*\(|\bnew URL\s*\()\s*$/.test(before)) return [];
    const isRelative = /^\.\.?\//.test(specifier);
    const target = isRelative ? posix.join(dirname(path), specifier) : undefined;
    return [{ specifier, path: target, line }];
  });
}

export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1))
    line++;
  return line;
}

/** A finding for every match of `pattern` in the code of a file. */
export function findings(
  file: SourceFile,
  pattern: RegExp,
  describe: (match: RegExpExecArray) => { rule: string; message: string } | undefined,
): Finding[] {
  return [...file.code.matchAll(pattern)].flatMap((match) => {
    const found = describe(match);
    return found ? [{ path: file.path, line: lineAt(file.code, match.index), ...found }] : [];
  });
}

export function isTest(path: string): boolean {
  return /\.test(-d)?\.ts$/.test(path) || path.startsWith("test/");
}

/** What the product is made of: sources of the packages, without their tests. */
export function productSources(tree: Tree, prefix = "packages/"): SourceFile[] {
  return [...tree.sources.values()].filter(
    ({ path }) =>
      path.startsWith(prefix) && /^packages\/[^/]+\/src\/.*\.tsx?$/.test(path) && !isTest(path),
  );
}
