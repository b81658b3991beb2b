/** Links between pages lead somewhere: to a file of the tree and, with a fragment, to one of its headings. */
import { posix } from "node:path";
import { lineAt, type Finding, type Tree } from "./source.ts";

export function links(tree: Tree): Finding[] {
  const folders = new Set(tree.paths.flatMap(foldersOf));
  const pages = tree.paths.filter((path) => path.endsWith(".md"));
  return pages.flatMap((path) => {
    const text = tree.read(path) ?? "";
    const prose = withoutCode(text);
    return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].flatMap((match) => {
      const message = judge(tree, folders, { path, target: match[1] ?? "" });
      return message ? [{ path, line: lineAt(text, match.index), rule: "link", message }] : [];
    });
  });
}

function judge(
  tree: Tree,
  folders: ReadonlySet<string>,
  link: { path: string; target: string },
): string | undefined {
  if (/^[a-z]+:/.test(link.target)) return undefined;
  const [file = "", fragment] = link.target.split("#");
  const path =
    file === "" ? link.path : posix.join(posix.dirname(link.path), file).replace(/\/$/, "");
  const page = tree.read(path);
  if (page === undefined) return folders.has(path) ? undefined : `${link.target} does not exist`;
  if (fragment === undefined || !path.endsWith(".md")) return undefined;
  return headings(page).has(fragment) ? undefined : `${link.target}: no such heading`;
}

/** Fragments of a page's headings, as repository sites make them. */
function headings(text: string): Set<string> {
  const titles = [...withoutCode(text, { fencesOnly: true }).matchAll(/^#{1,6} +(.+)$/gm)];
  return new Set(
    titles.map(([, title = ""]) =>
      title
        .trim()
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

function withoutCode(text: string, options: { fencesOnly?: boolean } = {}): string {
  const blank = (code: string) => code.replace(/[^\n]/g, " ");
  const open = text.replace(/^ *(```|~~~)[^\n]*\n[\s\S]*?^ *\1/gm, blank);
  return options.fencesOnly ? open : open.replace(/`[^`\n]+`/g, blank);
}

function foldersOf(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}
