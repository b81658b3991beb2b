/** A browser as far as sessions go: keeps cookies, says where its requests come from. */
import { beginSession } from "../../packages/server/src/access/sessions.ts";
import { addUser } from "../../packages/server/src/access/users.ts";
import { parseId } from "../../packages/server/src/domain/id.ts";
import { upsertMember } from "../../packages/server/src/store/members.ts";
import type { TestAnswer, TestServer } from "./server.ts";

export interface Browser {
  /** A call as our own pages make it. */
  call(method: string, path: string, body?: unknown): Promise<TestAnswer>;
  /** Follows a link to our server without going on to where it redirects. */
  visit(url: string): Promise<TestAnswer>;
  /** The same call with other headers than our own pages send. */
  raw(
    method: string,
    path: string,
    request: { body?: string; headers: Record<string, string> },
  ): Promise<TestAnswer>;
  readonly cookies: ReadonlyMap<string, string>;
}

export function openBrowser(
  { url }: Pick<TestServer, "url">,
  cookies: Map<string, string> = new Map(),
): Browser {
  async function send(path: string, init: RequestInit): Promise<TestAnswer> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { ...init.headers, ...(cookie ? { cookie } : {}) };
    const response = await fetch(new URL(path, url), { ...init, headers, redirect: "manual" });
    for (const line of response.headers.getSetCookie()) keep(line);
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") ?? false;
    return {
      status: response.status,
      headers: response.headers,
      body: isJson && text !== "" ? JSON.parse(text) : text,
    };
  }

  function keep(line: string): void {
    const [pair = ""] = line.split(";");
    const [name = "", value = ""] = pair.split("=");
    if (value === "") cookies.delete(name);
    else cookies.set(name, value);
  }

  return {
    cookies,
    call: (method, path, body) =>
      send(path, {
        method,
        headers: {
          "sec-fetch-site": "same-origin",
          "x-posthorn-csrf": "1",
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    visit: (target) => send(target, { method: "GET" }),
    raw: (method, path, { body, headers }) =>
      send(path, { method, headers, ...(body === undefined ? {} : { body }) }),
  };
}

/** A browser in which somebody new is signed in, a member of the first organization. */
export async function signInPerson(
  server: TestServer,
  person: { readonly email: string; readonly role: string; readonly isOperator?: boolean },
): Promise<Browser> {
  const { email, role, isOperator = false } = person;
  const { sql } = server;
  const user = await addUser(sql, { email, name: email, passwordHash: null, isOperator });
  const organizationId = parseId("org", server.organizationId);
  if (!organizationId) throw new Error("a test server has an organization");
  await upsertMember(sql, { organizationId, userId: user.id, role });
  const place = { address: undefined, userAgent: "test browser" };
  const session = { userId: user.id, kind: "browser", organizationId: null, place } as const;
  const { token } = await beginSession(sql, session);
  return openBrowser(server, new Map([["ph_session", token]]));
}

/** A browser that came in through a portal link, as the operator's backend makes it. */
export async function enterPortal(
  server: TestServer,
  request: Record<string, unknown>,
): Promise<{ readonly browser: Browser; readonly userId: string; readonly url: string }> {
  const made = await server.api("POST", "/api/portal-sessions", request);
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  const browser = openBrowser(server);
  await browser.visit(made.body.url);
  return { browser, userId: made.body.userId, url: made.body.url };
}
