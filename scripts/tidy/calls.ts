/** Calls that have one place in the product, and marks that have none. */
import {
  findings,
  isTest,
  productSources,
  type Finding,
  type SourceFile,
  type Tree,
} from "./source.ts";

const SERVER = "packages/server/src/";

interface Ban {
  readonly rule: string;
  readonly pattern: RegExp;
  /** Paths inside the server's sources where the call belongs. */
  readonly home: RegExp;
  readonly instead: string;
}

const BANS: readonly Ban[] = [
  {
    rule: "environment",
    pattern: /\bprocess\.env\b/g,
    // main hands it on to the command line.
    home: /^(config|main)\.ts$/,
    instead: "a setting in settings.ts, read by config.ts",
  },
  {
    rule: "clock",
    pattern: /\b(Date\.now|performance\.now|process\.hrtime|new Date\(\s*\))/g,
    home: /^platform\/clock\.ts$/,
    instead: "the Clock that is handed down",
  },
  {
    rule: "timer",
    pattern: /(?<![.\w])(setTimeout|setInterval)\s*\(/g,
    home: /^platform\/clock\.ts$/,
    instead: "clock.after or delay",
  },
  {
    rule: "random",
    pattern: /\b(Math\.random|random(?:Bytes|Int|UUID\w*)\s*\(|getRandomValues)/g,
    home: /^platform\/random\.ts$/,
    instead: "platform/random.ts",
  },
  {
    rule: "fetch",
    pattern: /(?<![.\w])fetch\s*\(/g,
    home: /^$/,
    instead: "delivery/send, which guards addresses",
  },
  {
    rule: "sql",
    pattern: /\bsql(<[^`;()]*>)?`/g,
    home: /^(store|db)\//,
    instead: "a function in store/",
  },
];

export function calls(tree: Tree): Finding[] {
  return [
    ...productSources(tree, SERVER).flatMap(bannedCalls),
    ...productSources(tree)
      .filter(({ path }) => !path.startsWith("packages/cli/"))
      .flatMap(consoleCalls),
    ...typedSources(tree).flatMap((file) => [...casts(file), ...assertions(file)]),
    ...[...tree.sources.values()].flatMap(marks),
  ];
}

function bannedCalls(file: SourceFile): Finding[] {
  const path = file.path.slice(SERVER.length);
  const isRandomHome = /^import\b.*random\.ts"/m.test(file.text);
  return BANS.filter((ban) => !ban.home.test(path)).flatMap((ban) =>
    findings(file, ban.pattern, ([call = ""]) => {
      // randomBytes imported from platform/random.ts is the allowed one of that name.
      if (ban.rule === "random" && isRandomHome && !call.startsWith("Math")) return undefined;
      return { rule: ban.rule, message: `${call.trim()} belongs elsewhere; use ${ban.instead}` };
    }),
  );
}

function consoleCalls(file: SourceFile): Finding[] {
  return findings(file, /\bconsole\.\w+/g, ([call]) => ({
    rule: "console",
    message: `${call}: use the Logger that is handed down`,
  }));
}

function typedSources(tree: Tree): SourceFile[] {
  return [...tree.sources.values()].filter(({ path }) => /\.tsx?$/.test(path) && !isTest(path));
}

/** `as` silences the compiler, so the proof that it is right stands beside it. */
function casts(file: SourceFile): Finding[] {
  const code = withoutModuleLines(file.code);
  const proven = new Set<number>();
  for (const { text, line, lastLine } of file.comments) {
    if (!/\bProof:/.test(text)) continue;
    for (let at = line; at <= lastLine + 1; at++) proven.add(at);
  }
  // A key of a mapped type is renamed by `as` too: `[Key in keyof T as …]`.
  const pattern = /(?<!\bin [^\]\n]*)(?<=[\w)\]}"'`]\s+)as\s+(?!const\b)(?=[\w{["'`(])/g;
  return findings({ ...file, code }, pattern, () => ({
    rule: "cast",
    message: "a cast needs a comment that begins with `Proof:` on its line or the line before",
  })).filter(({ line }) => !proven.has(line));
}

/** Import and export lists rename with `as`, which is no cast. */
function withoutModuleLines(code: string): string {
  const blank = (text: string) => text.replace(/[^\n]/g, " ");
  return code.replace(
    /\b(import|export)\s+(type\s+)?(\*\s+as\s+\w+|\w+\s*,\s*\{[^}]*\}|\{[^}]*\})/g,
    blank,
  );
}

function assertions(file: SourceFile): Finding[] {
  return findings(file, /[\w)\]]!(\.|\[|\)|;|,)/g, () => ({
    rule: "assertion",
    message: "`!` hides an undefined; narrow it, or assert with a sentence",
  }));
}

function marks(file: SourceFile): Finding[] {
  return file.comments.flatMap(({ text, line }) => {
    const mark = /\b(TODO|FIXME|XXX|HACK)\b/.exec(text)?.[1];
    if (mark === undefined) return [];
    const message = `${mark} cannot be merged; do it, or tell the limitation as it is`;
    return [{ path: file.path, line, rule: "mark", message }];
  });
}
