import * as z from "zod";
import { requireTry } from "../access/sign-in.ts";
import { randomToken } from "../access/links.ts";
import { signInIdentity } from "../access/oidc-sign-in.ts";
import type { PendingSignIn } from "../access/oidc-cookie.ts";
import { canMail } from "../domain/mail.ts";
import { ApiError } from "../errors.ts";
import { RETURN_PATH_LENGTH_MAX, SESSION_LIFE_MS, URL_LENGTH_MAX } from "../limits.ts";
import { toApiError } from "./problem.ts";
import { route, type Call, type Route } from "./route.ts";
import { endedOidcCookie, oidcCookie, readOidcCookie, sessionCookie } from "./session-cookie.ts";
import { storableText } from "./schemas.ts";

const ways = route({
  method: "GET",
  path: "/api/sign-in",
  action: "sessions.create",
  audience: "public",
  summary: "Says by which ways people sign in here.",
  status: 200,
  response: z.object({
    password: z.boolean(),
    /** Whether a forgotten password can be replaced by mail. */
    passwordReset: z.boolean(),
    /** The identity provider, by its host; null without one. */
    oidc: z.object({ host: z.string(), url: z.string() }).nullable(),
  }),
  async handle({ services }) {
    const { identityProvider, config } = services;
    const oidc = identityProvider ? { host: identityProvider.host, url: "/api/oidc/start" } : null;
    return { body: { password: true, passwordReset: canMail(config), oidc } };
  },
});

/** A path of ours; anything that a browser could read as another host is none. */
const OWN_PATH = /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/;
const HOME = "/";

const begin = route({
  method: "GET",
  path: "/api/oidc/start",
  action: "sessions.create",
  audience: "public",
  summary: "Sends the browser to the identity provider.",
  query: z.object({ return: storableText.max(RETURN_PATH_LENGTH_MAX).optional() }),
  status: 303,
  async handle({ services, query }) {
    const { identityProvider, config, oidcCookies } = services;
    if (!identityProvider) throw noProvider();
    const returnTo = OWN_PATH.test(query.return ?? "") ? (query.return ?? HOME) : HOME;
    const checks = { state: randomToken(), nonce: randomToken(), verifier: randomToken() };
    const location = await identityProvider.begin(checks);
    const cookie = oidcCookie(config, oidcCookies.seal({ ...checks, returnTo }));
    return goTo(location.href, [cookie]);
  },
});

const text = storableText.max(URL_LENGTH_MAX).optional();

const finish = route({
  method: "GET",
  path: "/api/oidc/callback",
  action: "sessions.create",
  audience: "public",
  isOneTime: true,
  summary: "Where the identity provider sends the browser back; begins a session and goes on.",
  query: z.object({ code: text, state: text, iss: text, error: text }),
  status: 303,
  async handle(call) {
    const { services, headers } = call;
    if (!services.identityProvider) throw noProvider();
    const ended = endedOidcCookie(services.config);
    const pending = services.oidcCookies.open(readOidcCookie(services.config, headers) ?? "");
    try {
      const begun = await exchange(call, pending);
      const { token } = begun;
      const cookie = { kind: "browser", token, lifeMs: SESSION_LIFE_MS } as const;
      const cookies = [sessionCookie(services.config, cookie), ended];
      return goTo(pending?.returnTo ?? HOME, cookies);
    } catch (error) {
      return goTo(failedPage(call, toApiError(error), pending), [ended]);
    }
  },
});

export const oidcRoutes: readonly Route[] = [ways, begin, finish];

interface Answer {
  readonly code?: string | undefined;
  readonly state?: string | undefined;
  readonly iss?: string | undefined;
  readonly error?: string | undefined;
}

type Finish = Call<undefined, Answer, undefined>;

async function exchange({ services, query, origin }: Finish, pending: PendingSignIn | undefined) {
  const { identityProvider } = services;
  // Without our cookie it is another browser's answer: somebody would sign another person in as themselves.
  if (!identityProvider || !pending || query.state !== pending.state) {
    throw new ApiError("oidc_failed");
  }
  requireTry(services.signIns, origin.address);
  const answer = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) answer.set(name, value);
  const identity = await identityProvider.finish(answer, pending);
  return signInIdentity(services, identity, origin);
}

/** A person looks at this, so they are led back to a page that explains it, and can try again. */
function failedPage(
  { services, origin }: Finish,
  error: ApiError,
  pending: PendingSignIn | undefined,
): string {
  const { log, refusals, onRefusal } = services;
  const { code } = error;
  onRefusal(code);
  if (error.status >= 500) log.error({ event: "oidc.failed", code, error: error.cause ?? error });
  else log.info({ event: "oidc.refused", code, error: messageOf(error.cause) });
  refusals.note({
    caller: { kind: "public" },
    action: "sessions.create",
    code,
    address: origin.address,
    requestId: null,
  });
  const query = new URLSearchParams({ problem: code });
  if (pending && pending.returnTo !== HOME) query.set("next", pending.returnTo);
  return `/sign-in?${query}`;
}

/** Without what hangs on it: a provider's answer may hold tokens. */
function messageOf(cause: unknown): string | undefined {
  return cause instanceof Error ? cause.message : undefined;
}

function noProvider(): ApiError {
  const detail = "No identity provider is configured (--oidc-issuer).";
  return new ApiError("not_found", { detail });
}

function goTo(location: string, cookies: string[]) {
  const headers = {
    location,
    "set-cookie": cookies,
    "referrer-policy": "no-referrer",
    "content-type": "text/plain",
  };
  return { body: "", headers };
}
