import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import { tidy } from "./tidy.ts";
import { scan } from "./tidy/scan.ts";

const SERVER = "packages/server/src";
const MANIFEST = { "packages/server/package.json": '{ "bin": "./dist/main.js" }' };

/** The breaches of a small tree, as `path:line rule`; everything else about them is for people. */
function breaches(context: TestContext, files: Readonly<Record<string, string>>): string[] {
  const root = mkdtempSync(join(tmpdir(), "tidy-"));
  context.after(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return tidy(root).map(({ path, line, rule }) => `${path}:${line} ${rule}`);
}

/** The breaches of one server file, without the one that nothing imports it. */
function breachesOf(context: TestContext, path: string, text: string): string[] {
  const found = breaches(context, { [`${SERVER}/${path}`]: text });
  return found
    .filter((breach) => !breach.endsWith(" dead-file"))
    .map((breach) => breach.slice(SERVER.length + 1));
}

test("a good tree has no breach", (context) => {
  const found = breaches(context, {
    ...MANIFEST,
    [`${SERVER}/main.ts`]: 'import { find } from "./store/events.ts";\nfind();\n',
    [`${SERVER}/store/events.ts`]: "export function find(): void {}\n",
    [`${SERVER}/store/events.test.ts`]: 'import { find } from "./events.ts";\nfind();\n',
    "packages/server/migrations/0001_first.sql": "create table events (id uuid);\n",
    "docs/a.md": "# A title\n[b](b.md#the-b) [self](#a-title)\n",
    "docs/b.md": "## The `b`\n",
  });
  assert.deepEqual(found, []);
});

test("layers: imports point down", (context) => {
  const cases: Record<string, string> = {
    "store/a.ts": "../delivery/b.ts",
    "db/a.ts": "../domain/b.ts",
    "domain/a.ts": "../platform/clock.ts",
    "platform/a.ts": "../limits.ts",
    "delivery/a.ts": "../http/b.ts",
    "limits.ts": "./errors.ts",
  };
  for (const [path, specifier] of Object.entries(cases)) {
    const found = breachesOf(context, path, `import { b } from "${specifier}";\nb();\n`);
    assert.deepEqual(found, [`${path}:1 layers`], path);
  }
});

test("layers: siblings know each other only where it is named", (context) => {
  const text = 'import { acceptEvent } from "../delivery/accept.ts";\nacceptEvent();\n';
  assert.deepEqual(breachesOf(context, "sources/receive.ts", text), []);
  assert.deepEqual(breachesOf(context, "inboxes/receive.ts", text), [
    "inboxes/receive.ts:1 layers",
  ]);
});

test("layers: a new folder needs a place", (context) => {
  const found = breachesOf(context, "magic/a.ts", 'import { b } from "../store/b.ts";\nb();\n');
  assert.deepEqual(found, ["magic/a.ts:1 layers"]);
});

test("layers: packages and modules have their place", (context) => {
  for (const [path, name] of [
    ["store/a.ts", "undici"],
    ["delivery/a.ts", "fastify"],
    ["http/a.ts", "postgres"],
    ["http/a.ts", "@posthorn/sdk/webhooks"],
    ["store/a.ts", "@posthorn/dashboard"],
    ["domain/a.ts", "node:fs"],
  ]) {
    const found = breachesOf(context, path ?? "", `import b from "${name}";\nb();\n`);
    assert.deepEqual(found, [`${path}:1 layers`], `${path} ${name}`);
  }
  assert.deepEqual(breachesOf(context, "delivery/send/a.ts", 'import "undici";\n'), []);
});

test("layers: the SDK has no dependencies, and nothing imports tests", (context) => {
  const found = breaches(context, {
    "packages/sdk/package.json": '{ "exports": "./src/a.ts" }',
    "packages/sdk/src/a.ts":
      'import "zod";\nimport "./b.test.ts";\nimport "../../server/src/c.ts";\n',
  });
  assert.deepEqual(
    found,
    [1, 2, 3].map((line) => `packages/sdk/src/a.ts:${line} layers`),
  );
});

test("size: a file has an end", (context) => {
  assert.deepEqual(breachesOf(context, "http/a.ts", "\n".repeat(400)), []);
  assert.deepEqual(breachesOf(context, "http/a.ts", "\n".repeat(401)), ["http/a.ts:401 size"]);
  assert.deepEqual(breachesOf(context, "http/a.test.ts", "\n".repeat(600)), []);
  assert.deepEqual(breachesOf(context, "http/a.test.ts", "\n".repeat(601)), [
    "http/a.test.ts:601 size",
  ]);
});

test("calls that have one place are refused elsewhere", (context) => {
  const text = [
    "process.env.HOME;",
    "Date.now();",
    "setTimeout(() => {}, 1);",
    "Math.random();",
    'fetch("https://example.com");',
    "sql`select 1`;",
    "console.log(1);",
    "clock.setTimeout(1); // setTimeout(1) in words",
    '"Math.random()";',
  ].join("\n");
  assert.deepEqual(breachesOf(context, "http/a.ts", text), [
    "http/a.ts:1 environment",
    "http/a.ts:2 clock",
    "http/a.ts:3 timer",
    "http/a.ts:4 random",
    "http/a.ts:5 fetch",
    "http/a.ts:6 sql",
    "http/a.ts:7 console",
  ]);
  assert.deepEqual(breachesOf(context, "http/a.test.ts", text), []);
});

test("calls are allowed at home", (context) => {
  assert.deepEqual(breachesOf(context, "config.ts", "process.env;\n"), []);
  assert.deepEqual(breachesOf(context, "platform/clock.ts", "Date.now(); setTimeout(f, 1);\n"), []);
  assert.deepEqual(breachesOf(context, "platform/random.ts", "Math.random();\n"), []);
  assert.deepEqual(breachesOf(context, "store/a.ts", "sql<Row[]>`select ${a}`;\n"), []);
  const text = 'import { randomBytes } from "../platform/random.ts";\nrandomBytes(1);\n';
  assert.deepEqual(breachesOf(context, "access/a.ts", text), []);
});

test("cast: a cast stands beside its proof", (context) => {
  const text = [
    "const a = b as string;",
    "const c = d as string; // Proof: checked above.",
    "// Proof: the parser yields nothing else.",
    "const e = (f) as Id<'x'>;",
    "const g = [1] as const;",
    'import * as h from "node:fs";',
    'export { i as j } from "./k.ts";',
    "import {",
    "  l as m,",
    '} from "./k.ts";',
    "type N<T> = { [Key in keyof T as `get${Key}`]: T[Key] };",
    "const o = '' as unknown;",
  ].join("\n");
  assert.deepEqual(breachesOf(context, "http/a.ts", text), [
    "http/a.ts:1 cast",
    "http/a.ts:12 cast",
  ]);
});

test("assertion: undefined is not wished away", (context) => {
  const text = "a!.b();\nif (!c && d !== e) f(!g);\nh[0]!.i;\n";
  assert.deepEqual(breachesOf(context, "http/a.ts", text), [
    "http/a.ts:1 assertion",
    "http/a.ts:3 assertion",
  ]);
});

test("mark: nothing is left for later", (context) => {
  const text = "// TODO later\n/* a\n FIXME */\nconst text = 'TODO';\n";
  assert.deepEqual(breachesOf(context, "http/a.ts", text), [
    "http/a.ts:1 mark",
    "http/a.ts:2 mark",
  ]);
});

test("word: the glossary's nouns are kept, whatever the case", (context) => {
  const text = [
    "const tenantId = 1;",
    "const webHook = 2, webhook = 3;",
    "function rotateSecret() {}",
    "interface Topics {}",
    "const INBOUND_MAX = 4;",
    "const frontier = 'a tier in words', stopic = 5;",
    "class A { constructor() {} }",
  ].join("\n");
  const found = [1, 2, 3, 4, 5].map((line) => `http/a.ts:${line} word`);
  assert.deepEqual(breachesOf(context, "http/a.ts", text), found);
  const sql = breaches(context, {
    "packages/server/migrations/0001_a.sql": "-- a tenant\ncreate table tenants ();\n",
  });
  assert.deepEqual(sql, ["packages/server/migrations/0001_a.sql:2 word"]);
});

test("file-name: kebab-case and a name that says something", (context) => {
  for (const path of [
    "http/apiKeys.ts",
    "http/utils.ts",
    "helpers/a.ts",
    "http/types.ts",
    "http/index.ts",
  ]) {
    assert.deepEqual(breachesOf(context, path, ""), [`${path}:1 file-name`], path);
  }
});

test("migration: numbers have no gaps and no twins", (context) => {
  const found = breaches(context, {
    "packages/server/migrations/0001_a.sql": "",
    "packages/server/migrations/0003_b.sql": "",
    "packages/server/migrations/0003_c.sql": "",
  });
  assert.deepEqual(found, ["packages/server/migrations/0003_b.sql:1 migration"]);
});

test("dead-file: what only its own test imports is dead", (context) => {
  const found = breaches(context, {
    ...MANIFEST,
    [`${SERVER}/main.ts`]: 'import("./http/a.ts");\n',
    [`${SERVER}/http/a.ts`]: 'new URL("./b.ts", import.meta.url);\n',
    [`${SERVER}/http/b.ts`]: "",
    [`${SERVER}/http/c.ts`]: "",
    [`${SERVER}/http/c.test.ts`]: 'import "./c.ts";\n',
    "test/kit/server.ts": "",
    "test/kit/unused.ts": "",
    "test/integration/x.test.ts": 'import "../kit/server.ts";\n',
  });
  assert.deepEqual(found, [`${SERVER}/http/c.ts:1 dead-file`, "test/kit/unused.ts:1 dead-file"]);
});

test("undocumented: exports of the SDK are told", (context) => {
  const found = breaches(context, {
    "packages/sdk/package.json": '{ "exports": "./src/a.ts" }',
    "packages/sdk/src/a.ts": [
      "/** Signs. */",
      "export function sign() {}",
      "export const verify = 1;",
      "// Not a docstring.",
      "export async function receive() {}",
    ].join("\n"),
  });
  assert.deepEqual(found, [
    "packages/sdk/src/a.ts:3 undocumented",
    "packages/sdk/src/a.ts:5 undocumented",
  ]);
});

test("no-page: every setting and every error code has a line in the reference", (context) => {
  const found = breaches(context, {
    ...MANIFEST,
    [`${SERVER}/main.ts`]: 'import "./settings.ts";\nimport "./errors.ts";\n',
    [`${SERVER}/settings.ts`]:
      'const a = { environment: "POSTHORN_A" };\nconst b = { environment: "POSTHORN_B" };\n',
    [`${SERVER}/errors.ts`]:
      'const errors = {\n  gone: refused(410, "Gone", ""),\n  known: later(503, "", ""),\n};\n',
    "docs/reference/config.md": "`POSTHORN_A`\n",
    "docs/reference/errors.md": "`known`\n",
  });
  assert.deepEqual(
    found.filter((line) => line.endsWith("no-page")),
    [`${SERVER}/errors.ts:2 no-page`, `${SERVER}/settings.ts:2 no-page`],
  );
});

test("link: pages and headings exist", (context) => {
  const found = breaches(context, {
    "README.md":
      "[a](docs/a.md)\n[b](docs/b.md)\n[c](docs/a.md#nothing)\n[d](docs)\n`[e](no.md)`\n[f](https://x.example)\n",
    "docs/a.md": "# A\n```\n# nothing\n[g](no.md)\n```\n",
  });
  assert.deepEqual(found, ["README.md:2 link", "README.md:3 link"]);
});

test("trace: nothing of the machine gets in", (context) => {
  const found = breaches(context, {
    "README.md": "See /home/someone/notes\nand https://registry.example\n",
    "package-lock.json": '{ "resolved": "https://npm.example/a.tgz" }\n',
  });
  assert.deepEqual(found, ["package-lock.json:1 trace", "README.md:1 trace", "README.md:2 trace"]);
});

test("the scanner tells code from comments, strings, templates and regular expressions", () => {
  const text = "a(`x ${b({ c: `y` })} z`, /[/'\"]/g, d / e / f); // g 'h'\n'it\\'s' /* i */";
  const { code, comments, strings } = scan(text, "typescript");
  assert.equal(code.length, text.length);
  assert.equal(code.replace(/\s/g, ""), "a(`${b({c:``})}`,//g,d/e/f);''");
  assert.deepEqual(
    comments.map((piece) => piece.text),
    ["// g 'h'", "/* i */"],
  );
  assert.deepEqual(
    strings.map((piece) => piece.text),
    ["x ", "y", " z", "[/'\"]", "it\\'s"],
  );
});
