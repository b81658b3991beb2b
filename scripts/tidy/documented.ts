/** What others rely on is told: exports of the SDK in the code, settings and error codes in the reference. */
import { lineAt, productSources, type Finding, type SourceFile, type Tree } from "./source.ts";

export function documented(tree: Tree): Finding[] {
  return [
    ...productSources(tree, "packages/sdk/").flatMap(undocumentedExports),
    ...missing(tree, {
      source: "packages/server/src/settings.ts",
      pattern: /environment:\s*"(POSTHORN_\w+)"/g,
      page: "docs/reference/config.md",
    }),
    ...missing(tree, {
      source: "packages/server/src/errors.ts",
      pattern: /^ {2}([a-z][a-z0-9_]*):\s*(?:refused\(|later\(|["'])/gm,
      page: "docs/reference/errors.md",
    }),
    ...missing(tree, {
      source: "packages/server/src/field-errors.ts",
      pattern: /^ {2}([a-z][a-z0-9_]*):/gm,
      page: "docs/reference/errors.md",
    }),
  ];
}

function undocumentedExports(file: SourceFile): Finding[] {
  const pattern = /^export\s+(?:async\s+)?(?:function\*?|const|(?:abstract\s+)?class)\s+(\w+)/gm;
  const ends = new Set(
    file.comments.filter(({ text }) => text.startsWith("/**")).map(({ lastLine }) => lastLine),
  );
  const documentedNames = new Set<string>();
  return [...file.code.matchAll(pattern)].flatMap((match) => {
    const [, name = ""] = match;
    const line = lineAt(file.code, match.index);
    // Further signatures of an overloaded function share the first one's words.
    if (ends.has(line - 1) || documentedNames.has(name)) {
      documentedNames.add(name);
      return [];
    }
    return [
      {
        path: file.path,
        line,
        rule: "undocumented",
        message: `${name} is public and needs a docstring`,
      },
    ];
  });
}

function missing(
  tree: Tree,
  options: { source: string; pattern: RegExp; page: string },
): Finding[] {
  const text = tree.read(options.source) ?? "";
  const page = tree.read(options.page) ?? "";
  return [...text.matchAll(options.pattern)].flatMap((match) => {
    const [, name = ""] = match;
    if (page.includes(`\`${name}\``)) return [];
    const message = `${name} is not in ${options.page}; run npm run reference`;
    return [{ path: options.source, line: lineAt(text, match.index), rule: "no-page", message }];
  });
}
