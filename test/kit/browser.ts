/** A browser as far as sessions go: keeps cookies, says where its requests come from. */
import { beginSession } from "../../packages/server/src/access/sessions.ts";
import { addUser } from "../../packages/server/src/access/users.ts";
import { parseId } from "../../packages/server/src/domain/id.ts";
import { upsertMember } from "../../packages/server/src/store/members.ts";
import { rememberSecret, watchExchange } from "./canaries.ts";
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
    const body = isJson && text !== "" ? JSON.parse(text) : text;
    const sent = typeof init.body === "string" && init.body.startsWith("{") ? parse(init.body) : {};
    watchExchange({ method: init.method ?? "GET", path, sent, answer: body });
    return { status: response.status, headers: response.headers, body };
  }

  function keep(line: string): void {
    const [pair = ""] = line.split(";");
    const [name = "", value = ""] = pair.split("=");
    if (value === "") cookies.delete(name);
    else cookies.set(name, value);
    if (SESSION_COOKIE.test(name)) rememberSecret(value);
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

/** A browser in which somebody new is signed in, a member of the first organization unless told of another one. */
export async function signInPerson(
  server: Pick<TestServer, "url" | "sql" | "organizationId">,
  person: {
    readonly email: string;
    readonly role: string;
    readonly name?: string;
    readonly isOperator?: boolean;
    readonly organizationId?: string;
  },
): Promise<Browser> {
  const { email, role, name = email, isOperator = false } = person;
  const { sql } = server;
  const user = await addUser(sql, { email, name, passwordHash: null, isOperator });
  const organizationId = parseId("org", person.organizationId ?? server.organizationId);
  if (!organizationId) throw new Error("a test server has an organization");
  await upsertMember(sql, { organizationId, userId: user.id, role });
  const place = { address: undefined, userAgent: "test browser" };
  // With one it is looked at; else the person's first.
  const looksAt = person.organizationId === undefined ? null : organizationId;
  const session = { userId: user.id, kind: "browser", organizationId: looksAt, place } as const;
  const { token } = await beginSession(sql, session);
  return openBrowser(server, new Map([["ph_session", token]]));
}

const SESSION_COOKIE = /ph_(session|portal)$/;

/** Undefined for what only looks like JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
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
