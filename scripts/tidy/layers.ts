/** Who may import whom. Imports point down; what is not listed here has no place yet and must be given one. */
import {
  isTest,
  productSources,
  type Finding,
  type Import,
  type SourceFile,
  type Tree,
} from "./source.ts";

const SERVER = "packages/server/src/";

/** Folders and files of the server from the bottom up. Those of one row are siblings and do not know each other. */
const ROWS: readonly (readonly string[])[] = [
  ["platform"],
  ["db"],
  ["store"],
  ["nodes", "snapshot"],
  [
    "delivery",
    "sources",
    "inboxes",
    "listeners",
    "live",
    "connections",
    "access",
    "outbox",
    "jobs",
    "mail",
    "endpoints",
    "catalogue",
  ],
  ["http", "setup", "engine"],
  ["server", "installation", "worker-scrape", "profile-tools"],
  ["workers"],
  ["start", "keep"],
  ["main"],
  ["bin"],
];

/** Stand beside the rows; the number is the lowest row (from 0) that may import them. */
const BESIDE: Readonly<Record<string, number>> = {
  domain: 2,
  limits: 1,
  "metric-table": 0,
  errors: 2,
  "field-errors": 2,
  "if-match": 2,
  config: 2,
  profiles: 3,
  platforms: 3,
  settings: 6,
  "settings-check": 6,
  "node-options": 5,
  help: 9,
  report: 8,
  version: 8,
};

/** What files beside the rows may import besides their own kind. */
const BESIDE_MAY_IMPORT: Readonly<Record<string, RegExp>> = {
  domain: /^(domain\/|limits\.ts$|platform\/assert\.ts$)/,
  limits: /^$/,
  "metric-table": /^$/,
  errors: /^field-errors\.ts$/,
  "field-errors": /^$/,
  "if-match": /^errors\.ts$/,
  config: /^(settings|settings-check|limits|domain\/.*|platform\/assert)\.ts$/,
  profiles: /^((errors|limits)\.ts$|domain\/|platform\/)/,
  platforms: /^((errors|limits|profiles)\.ts$|domain\/|platform\/)/,
  settings: /^settings-check\.ts$/,
  "settings-check": /^(limits|domain\/.*|platform\/assert)\.ts$/,
  "node-options": /^(config|profiles|setup|db\/(address|pool)|platform\/(clock|log|metrics))\.ts$/,
  help: /^(settings|version)\.ts$/,
  report: /^(config|settings)\.ts$/,
  version: /^$/,
};

/** Siblings that may know one of another row mate's files, each for a reason told in the architecture. */
const SIBLINGS: readonly { from: string; to: RegExp }[] = [
  { from: "sources", to: /^delivery\/accept\.ts$/ },
  { from: "outbox", to: /^delivery\/accept\.ts$/ },
  { from: "jobs", to: /^delivery\// },
  { from: "listeners", to: /^(delivery\/prepare|endpoints\/(rules|secret))\.ts$/ },
];

/** Packages that have one place in the server. */
const PACKAGES: Readonly<Record<string, RegExp>> = {
  "@posthorn/sdk":
    /^(delivery\/(prepare|endpoints)|sources\/(receive|verify)|inboxes\/|listeners\/open|platforms|domain\/(lint-)?(profile|wire))/,
  "@posthorn/cli": /^(main|bin)\.ts$/,
  postgres: /^db\//,
  undici: /^(delivery\/send|access\/identity-provider)/,
  "openid-client": /^access\/identity-provider/,
  fastify: /^http\//,
  pino: /^platform\/log\.ts$/,
  "prom-client": /^platform\/metrics\.ts$/,
  nodemailer: /^mail\//,
};

/** Modules of Node without waiting, clock or dice, that pure rules may use. */
const PURE_MODULES = new Set([
  "node:buffer",
  "node:net",
  "node:url",
  "node:util",
  "node:zlib",
  "node:crypto",
]);

/** What each package may import from the workspace. */
const WORKSPACE: Readonly<Record<string, RegExp>> = {
  sdk: /^$/,
  cli: /^@posthorn\/sdk/,
  dashboard: /^@posthorn\/sdk/,
  server: /^@posthorn\/(sdk|cli)/,
};

export function layers(tree: Tree): Finding[] {
  return productSources(tree).flatMap((file) =>
    file.imports.flatMap((found) => {
      const message = file.path.startsWith(SERVER)
        ? (judgeServer(file, found) ?? judgeAny(file, found))
        : judgeAny(file, found);
      return message ? [{ path: file.path, line: found.line, rule: "layers", message }] : [];
    }),
  );
}

/** What holds in every package. */
function judgeAny(file: SourceFile, found: Import): string | undefined {
  const name = file.path.split("/")[1] ?? "";
  if (found.path !== undefined) {
    if (isTest(found.path)) return `nothing imports tests: ${found.specifier}`;
    const isInside = found.path.startsWith(`packages/${name}/`);
    return isInside ? undefined : `leaves its package: ${found.specifier}`;
  }
  if (found.specifier.startsWith("@posthorn/") && !WORKSPACE[name]?.test(found.specifier)) {
    return `packages/${name} may not import ${found.specifier}`;
  }
  if (name === "sdk" && !found.specifier.startsWith("node:") && !/\/adapters\//.test(file.path)) {
    return `the SDK has no dependencies: ${found.specifier}`;
  }
  return undefined;
}

function judgeServer(file: SourceFile, found: Import): string | undefined {
  const from = file.path.slice(SERVER.length);
  if (found.path === undefined) return judgePackage(from, found.specifier);
  if (!found.path.startsWith(SERVER)) return undefined;
  return judgeRelative(from, found.path.slice(SERVER.length));
}

function judgePackage(from: string, specifier: string): string | undefined {
  const name = Object.keys(PACKAGES).find(
    (key) => specifier === key || specifier.startsWith(`${key}/`),
  );
  const place = name === undefined ? undefined : PACKAGES[name];
  if (place && !place.test(from)) return `${specifier} is used only in ${place.source}`;
  const isImpure = specifier.startsWith("node:") && !PURE_MODULES.has(specifier);
  if (partOf(from) === "domain" && isImpure) return `domain is pure: ${specifier}`;
  return undefined;
}

function judgeRelative(from: string, to: string): string | undefined {
  const [source, goal] = [partOf(from), partOf(to)];
  if (source === goal) return undefined;
  const [sourceRow, goalRow] = [rowOf(source), rowOf(goal)];
  if (sourceRow === undefined && !(source in BESIDE))
    return `${source} has no layer yet (see scripts/tidy/layers.ts)`;
  if (sourceRow === undefined) {
    return BESIDE_MAY_IMPORT[source]?.test(to) ? undefined : `${source} may not import ${to}`;
  }
  const lowestRow = BESIDE[goal];
  if (lowestRow !== undefined)
    return sourceRow >= lowestRow ? undefined : `${source} may not import ${to}`;
  if (goalRow === undefined) return `${goal} has no layer yet (see scripts/tidy/layers.ts)`;
  if (goalRow < sourceRow) return undefined;
  if (goalRow > sourceRow) return `imports point down: ${source} may not import ${to}`;
  const isNamed = SIBLINGS.some((pair) => pair.from === source && pair.to.test(to));
  return isNamed ? undefined : `siblings do not know each other: ${source} may not import ${to}`;
}

/** The folder of a path inside the server's sources, or the name of a file at its top. */
function partOf(path: string): string {
  return (path.split("/")[0] ?? "").replace(/\.ts$/, "");
}

function rowOf(part: string): number | undefined {
  const row = ROWS.findIndex((parts) => parts.includes(part));
  return row === -1 ? undefined : row;
}
