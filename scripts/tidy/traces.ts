/** The project speaks of itself alone: nothing of the machine it was written on gets in. */
import { lineAt, type Finding, type Tree } from "./source.ts";

const TRACES: readonly { pattern: RegExp; what: string }[] = [
  { pattern: /(?<![\w./])\/(work|home|Users|mnt)\/[\w.-]+/g, what: "a path of one machine" },
  {
    pattern: /https?:\/\/[\w.-]*(artifactory|nexus|verdaccio|jfrog)[\w.-]*/gi,
    what: "a private registry",
  },
  { pattern: /https?:\/\/registry\.[\w.-]+/g, what: "a package registry" },
  { pattern: /"resolved":\s*"https?:/g, what: "a registry address in a lock file" },
  { pattern: /\/\/[\w.:-]*:_(auth|authToken|password)/g, what: "registry credentials" },
];

/** This file names what it looks for, and its test shows it. */
const OWN = /^scripts\/tidy(\.test|\/traces)\.ts$/;
const BINARY = /\.(png|jpg|jpeg|gif|ico|woff2?|gz|zip|pdf)$/;

export function traces(tree: Tree): Finding[] {
  const paths = tree.paths.filter((path) => !OWN.test(path) && !BINARY.test(path));
  return paths.flatMap((path) => {
    const text = tree.read(path) ?? "";
    return TRACES.flatMap(({ pattern, what }) =>
      [...text.matchAll(pattern)].map((match) => ({
        path,
        line: lineAt(text, match.index),
        rule: "trace",
        message: `${match[0]} is ${what}`,
      })),
    );
  });
}
