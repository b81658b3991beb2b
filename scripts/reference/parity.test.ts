import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { dashboardCalls } from "./dashboard-calls.ts";
import { GAPS_MAX, parityProblems, type ParityRow } from "./parity.ts";

const folder = mkdtempSync(join(tmpdir(), "posthorn-parity-test-"));
after(() => rmSync(folder, { recursive: true }));

function documentOf(...operations: readonly string[]) {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of operations) {
    const [method = "", path = ""] = operation.split(" ");
    paths[path] = { ...paths[path], [method.toLowerCase()]: { operationId: operation } };
  }
  return { paths };
}

function callsOf(files: Readonly<Record<string, string>>, document: object) {
  const root = mkdtempSync(join(folder, "dashboard-"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const found = dashboardCalls({ ...document }, root);
  return Object.fromEntries([...found].map(([id, parts]) => [id, [...parts]]));
}

test("a call of the dashboard is known by its path and by the verb that it is handed to", () => {
  const document = documentOf(
    "GET /api/jobs/{id}",
    "DELETE /api/jobs/{id}",
    "POST /api/jobs/{id}/pause",
    "POST /api/jobs/{id}/resume",
    "POST /api/jobs/{id}/other",
    "PUT /api/jobs/{id}",
    "GET /api/keys",
    "POST /api/keys",
  );
  const files = {
    "pages/jobs/panel.tsx": `
      useQuery(() => read<Job>(\`/api/jobs/\${id}\`));
      act === "cancel" ? remove(\`/api/jobs/\${id}\`) : post(\`/api/jobs/\${id}/\${act}\`);
      const acts = ["pause", "resume"];`,
    "pages/keys/calls.ts": `
      const path = "/api/keys?limit=1";
      return post<Key>(path, {});`,
    "api.test.ts": `read("/api/keys")`,
  };
  assert.deepEqual(callsOf(files, document), {
    "GET /api/jobs/{id}": ["jobs"],
    "DELETE /api/jobs/{id}": ["jobs"],
    "POST /api/jobs/{id}/pause": ["jobs"],
    "POST /api/jobs/{id}/resume": ["jobs"],
    "POST /api/keys": ["keys"],
  });
});

test("one gap more than allowed is told with its operation and what to do; so is an example that cannot be read", () => {
  const nowhere = { cli: [], sdk: [], dashboard: [] };
  const rows: ParityRow[] = Array.from({ length: GAPS_MAX.cli + 1 }, (_, index) => ({
    id: `thing${index}`,
    method: "GET",
    path: `/api/thing${index}`,
    found: { ...nowhere, sdk: ["x"], dashboard: ["x"] },
  }));
  const isAboutCli = (problem: string) => problem.startsWith("cli: ");
  const problems = parityProblems({ rows, brokenExamples: ["posthorn x: unknown option"] });
  assert.match(problems.find(isAboutCli) ?? "", /no command .*parity-reasons\.ts.*thing0/);
  assert.ok(problems.includes("posthorn x: unknown option"));
  const fewer = parityProblems({ rows: rows.slice(1), brokenExamples: [] });
  assert.equal(fewer.find(isAboutCli), undefined);
});
