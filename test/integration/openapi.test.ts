/** The reference says what the server does, and the server does what the reference says. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import { routesFor } from "../../packages/server/src/http/routes.ts";
import { enterPortal, type Browser } from "../kit/browser.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

interface Operation {
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly security: readonly Record<string, unknown>[];
  readonly responses: Readonly<Record<string, { content?: Record<string, unknown> }>>;
}

interface Row {
  readonly method: string;
  /** With parameters as `{name}`. */
  readonly path: string;
  readonly operation: Operation;
}

let server: TestServer;
// oxlint-disable-next-line typescript/no-explicit-any -- The shape is the OpenAPI specification's, and is what is tested.
let document: any;
let rows: Row[];
let person: Browser;
let ajv: Ajv2020;

before(async () => {
  server = await createTestServer();
  const response = await fetch(`${server.url}/api/openapi.json`);
  assert.equal(response.status, 200);
  document = await response.json();
  rows = Object.entries<Record<string, Operation>>(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );
  const user = { id: "reader", name: "Reader", role: "admin" };
  const { organizationId } = server;
  ({ browser: person } = await enterPortal(server, { organizationId, user }));
  ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document, "openapi");
});

after(() => server.close());

const schemaAt = (...path: string[]) =>
  ajv.compile({
    $ref: `openapi#/${path.map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/")}`,
  });

/** A call by whoever the route is for: an operator's key, or a person who has signed in. */
function ask(row: Row, path: string, headers: Record<string, string> = {}) {
  const { security } = row.operation;
  const isForPeople = security.every((each) =>
    Object.keys(each).every((name) => name === "session"),
  );
  if (!isForPeople) return server.api(row.method, path, undefined, headers);
  const own = { "sec-fetch-site": "same-origin", "x-posthorn-csrf": "1" };
  return person.raw(row.method, path, { headers: { ...own, ...headers } });
}

/** The path with ids of nothing. */
const filled = (path: string) => path.replace(/\{\w+\}/g, "nothing");

const isOpen = ({ security }: Operation) =>
  security.length === 0 || security.some((each) => Object.keys(each).length === 0);

test("every route of the table is an operation, and every operation id is its own", () => {
  assert.match(document.openapi, /^3\.1\./);
  const listed = routesFor("all").map(
    ({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`,
  );
  assert.deepEqual(rows.map(({ method, path }) => `${method} ${path}`).sort(), listed.sort());
  const ids = rows.map(({ operation }) => operation.operationId);
  assert.equal(new Set(ids).size, ids.length, ids.sort().join(" "));
  for (const id of ids) assert.match(id, /^[a-z][A-Za-z]+$/);
});

test("every parameter of a path is described", () => {
  for (const { path, operation } of rows) {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const described = operation.parameters.filter((each) => each.in === "path");
    assert.deepEqual(
      described.map(({ name }) => name),
      inPath,
      path,
    );
  }
});

test("every schema can be used, and every reference leads somewhere", () => {
  for (const name of Object.keys(document.components.schemas)) {
    schemaAt("components", "schemas", name);
  }
  const references = JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g);
  for (const [, pointer = ""] of references) {
    const found = pointer.split("/").reduce((value, part) => value?.[part], document);
    assert.ok(found, pointer);
  }
});

test("every route but the public ones asks for a credential before anything else", async () => {
  for (const { method, path, operation } of rows) {
    if (isOpen(operation)) continue;
    const response = await fetch(server.url + filled(path), { method });
    const { code } = JSON.parse(await response.text());
    assert.deepEqual([response.status, code], [401, "credentials_missing"], `${method} ${path}`);
  }
});

test("an Idempotency-Key is refused wherever it would not be kept", async () => {
  for (const row of rows) {
    const { method, path, operation } = row;
    if (isOpen(operation)) continue;
    const takesIt = operation.parameters.some(({ name }) => name === "Idempotency-Key");
    const isIngest = path.startsWith("/api/events") && method === "POST";
    assert.equal(takesIt, path === "/api/events" && method === "POST");
    if (isIngest) continue;
    const answer = await ask(row, filled(path), { "idempotency-key": "k" });
    assert.deepEqual([answer.status, answer.body.code], [400, "idempotency_not_supported"], path);
  }
});

test("ids that cannot be are 404 on every route that reads or deletes by id", async () => {
  for (const row of rows) {
    const { method, path } = row;
    if (!path.includes("{") || !["GET", "DELETE"].includes(method)) continue;
    for (const id of ["%00", "..%2f", "nothing", "%f0%9f%92%a9"]) {
      const answer = await ask(row, path.replace(/\{\w+\}/g, id));
      assert.deepEqual([answer.status, answer.body.code], [404, "not_found"], `${path} ${id}`);
    }
  }
});

test("unknown parameters are refused on every route with a credential", async () => {
  for (const row of rows) {
    const { method, path, operation } = row;
    if (isOpen(operation) || method !== "GET") continue;
    const answer = await ask(row, `${filled(path)}?nonsense=1`);
    assert.equal(answer.status, 422, path);
    assert.deepEqual(answer.body.errors[0].code, "unknown_parameter", path);
  }
});

/** Their answer is about one organization, which has to be named where there are several. */
const OF_ONE_ORGANIZATION: ReadonlySet<string> = new Set([
  "/api/event-types",
  "/api/key-rules",
  "/api/endpoint-rules",
  "/api/connectors",
  "/api/source-providers",
  "/api/summary",
]);

test("answers fit their schemas, refusals the one of problems", async () => {
  await server.api("POST", "/api/webhooks", { url: "http://127.0.0.1:9/x", events: ["*"] });
  const published = await server.api("POST", "/api/events", { type: "order.created", data: {} });
  const batch = { events: [{ type: "order.created", data: null }] };
  const answers: [string, string, unknown][] = [
    ["POST", "/api/events", published],
    ["POST", "/api/events/batch", await server.api("POST", "/api/events/batch", batch)],
    ["POST", "/api/organizations", await server.api("POST", "/api/organizations", { name: "x" })],
    ["GET", "/api/profiles/{id}", await server.api("GET", "/api/profiles/fabhub")],
  ];
  const { organizationId } = server;
  for (const row of rows) {
    const { method, path } = row;
    // No JSON, or an answer that goes on.
    const isOther =
      path.includes("{") ||
      ["/metrics", "/portal", "/api/stream"].includes(path) ||
      path.startsWith("/api/oidc/");
    if (method !== "GET" || isOther) continue;
    const query = OF_ONE_ORGANIZATION.has(path) ? `?organizationId=${organizationId}` : "";
    answers.push([method, path, await ask(row, path + query)]);
  }
  for (const [method, path, answer] of answers) assertFits(method, path, answer);
  const refused = await server.api("POST", "/api/organizations", { name: "" });
  const isProblem = schemaAt("components", "schemas", "Problem");
  assert.ok(isProblem(refused.body), ajv.errorsText(isProblem.errors));
});

function assertFits(method: string, path: string, answer: unknown): void {
  // Proof: only answers of the test server are put into the list.
  const { status, body } = answer as { status: number; body: unknown };
  const place = ["paths", path, method.toLowerCase(), "responses", String(status)];
  const fits = schemaAt(...place, "content", "application/json", "schema");
  assert.ok(fits(body), `${method} ${path}: ${ajv.errorsText(fits.errors)}`);
}
