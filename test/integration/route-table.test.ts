/** What holds for every route because it stands in the table: the gate decides, and bodies have an end. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as z from "zod";
import { decide, type Principal, type Refusal } from "../../packages/server/src/domain/access.ts";
import type { Route } from "../../packages/server/src/http/route.ts";
import { routesFor } from "../../packages/server/src/http/routes.ts";
import { enterPortal, signInPerson } from "../kit/browser.ts";
import { sendRaw } from "../kit/raw-http.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;

const routes = routesFor("all");

before(async () => {
  server = await createTestServer({ profile: "fabhub" });
});
after(() => server.close());

/** A path of the route with ids of nothing: who may not come in learns nothing about ids either. */
function pathOf({ path }: Route): string {
  return path.replaceAll(/:\w+/g, "xx");
}

const CODES: Readonly<Record<Refusal, string>> = {
  operator: "operator_required",
  session: "session_required",
  scope: "scope_required",
  role: "role_required",
  admin: "role_required",
  plan: "plan_required",
  membership: "membership_required",
};

type Role = "staff" | "manager" | "admin";

const PEOPLE: readonly {
  readonly plan: string;
  readonly metadataRole: Role;
  readonly membershipRole: string | null;
}[] = [
  { plan: "enterprise", metadataRole: "staff", membershipRole: null },
  { plan: "enterprise", metadataRole: "manager", membershipRole: "manager" },
  { plan: "enterprise", metadataRole: "admin", membershipRole: null },
  { plan: "enterprise", metadataRole: "admin", membershipRole: "member" },
  { plan: "free", metadataRole: "admin", membershipRole: "owner" },
];

test("whoever has the wrong role, plan or membership is refused on every route that needs another, before anything is read", async () => {
  let refused = 0;
  for (const [index, { plan, metadataRole, membershipRole }] of PEOPLE.entries()) {
    const made = await server.api("POST", "/api/organizations", {
      name: `O${index}`,
      profile: "fabhub",
      plan,
    });
    const organizationId = made.body.id;
    const user = { id: `p${index}`, name: "P", role: metadataRole };
    const { browser, userId } = await enterPortal(server, { organizationId, user });
    if (membershipRole !== null) {
      const path = `/api/organizations/${organizationId}/members/${userId}`;
      await server.api("PUT", path, { role: membershipRole });
    }
    const { access } = server.services.platforms.get("fabhub").profile;
    const principal: Principal = { kind: "person", metadataRole, membershipRole };
    for (const route of routes.filter(({ audience }) => audience === "organization")) {
      const decision = decide(principal, { action: route.action, access, organization: { plan } });
      if (decision.allowed) continue;
      const answer = await browser.call(route.method, pathOf(route), route.body && {});
      const what = `${metadataRole}, ${membershipRole}, ${plan}: ${route.method} ${route.path}`;
      assert.deepEqual([answer.status, answer.body.code], [403, CODES[decision.reason]], what);
      refused += 1;
    }
  }
  assert.ok(refused > 200, `${refused} refused`);
});

test("a body that is too large is refused on every route that takes one, before it is read", async () => {
  const person = { email: "op@example.com", name: "Op", role: "owner", isOperator: true };
  const { organizationId } = server;
  const { cookies } = await signInPerson(server, { ...person, organizationId });
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const taking = routes.filter(
    ({ body, path }) => body !== undefined && !path.startsWith("/hooks"),
  );
  for (const route of taking) {
    const head = [
      `${route.method} ${pathOf(route)} HTTP/1.1`,
      "Host: localhost",
      `Cookie: ${cookie}`,
      "Sec-Fetch-Site: same-origin",
      "X-Posthorn-Csrf: 1",
      "Content-Type: application/json",
      "Content-Length: 100000000",
      "Connection: close",
    ];
    const answer = await sendRaw(server.url, `${head.join("\r\n")}\r\n\r\n{`);
    const code = JSON.parse(answer.text || "{}").code;
    const what = `${route.method} ${route.path}: ${answer.text}`;
    assert.deepEqual([answer.status, code], [413, "payload_too_large"], what);
  }
  assert.ok(taking.length > 40, `${taking.length} routes`);
});

/** NUL, and half of a character as no UTF-8 knows it. */
const ODD_TEXTS = ["%00", "%ED%A0%80"];

/** Requests of a route that have this text in place of each id and, one at a time, each parameter. */
function targetsOf(route: Route, text: string): string[] {
  const { path, query } = route;
  const shape = query && z.toJSONSchema(query, { io: "input", unrepresentable: "any" });
  const names = Object.keys(shape?.properties ?? {}).map(encodeURIComponent);
  return [
    ...(path.includes(":") ? [path.replaceAll(/:\w+/g, text)] : []),
    ...names.map((name) => `${pathOf(route)}?${name}=${text}`),
  ];
}

test("no text in a path or a query is an error of ours, on any route", async () => {
  const { organizationId } = server;
  const email = "odd@example.com";
  const owner = await signInPerson(server, { email, role: "owner", organizationId });
  const asked = routes
    .filter(({ isStream }) => isStream !== true)
    .flatMap((route) =>
      ODD_TEXTS.flatMap((text) => targetsOf(route, text)).map((target) => ({ ...route, target })),
    );
  for (const { method, body, target } of asked) {
    for (const call of [owner.call, server.api]) {
      const { status } = await call(method, target, body && {});
      assert.ok(status < 500 && status !== 429, `${method} ${target}: ${status}`);
    }
  }
  assert.ok(asked.length > 300, `${asked.length} requests`);
});
