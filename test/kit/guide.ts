/** The commands that a guide shows, to be run as they stand there. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

/** What stands under a heading of `docs/guides/<name>.md`, down to the next heading. */
export function guideSection(name: string, heading: string): string {
  const guide = readFileSync(new URL(`../../docs/guides/${name}.md`, import.meta.url), "utf8");
  const parts = guide.split(/^#{1,3} /m);
  return parts.find((part) => part.startsWith(`${heading}\n`)) ?? assert.fail(`${heading}: gone`);
}

/** The blocks of a language. */
export function codeBlocks(section: string, language: string): string[] {
  const blocks = section.matchAll(/^```(\w*)\n([\s\S]*?)^```/gm);
  return [...blocks].flatMap(([, found, code = ""]) => (found === language ? [code] : []));
}

/** The arguments of each `posthorn …` in blocks of the shell, without comments; a line may go on in the next. */
export function posthornLines(section: string): string[][] {
  const lines = codeBlocks(section, "sh").flatMap((code) =>
    code.replaceAll("\\\n", " ").trim().split("\n"),
  );
  return lines.map((line) => {
    const [program, ...argv] = shellWords(line);
    assert.equal(program, "posthorn", line);
    return argv;
  });
}

export function shellWords(line: string): string[] {
  const words = line.matchAll(/'([^']*)'|(#.*$)|(\S+)/g);
  return [...words].flatMap(([, quoted, comment, plain]) =>
    comment === undefined ? [quoted ?? plain ?? ""] : [],
  );
}
