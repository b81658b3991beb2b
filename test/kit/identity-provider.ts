/** A certified OpenID provider in this process, which takes everybody at their word. */
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";

export type Claims = Readonly<Record<string, unknown>>;

export interface TestIdentityProvider {
  readonly issuer: string;
  readonly client: { readonly id: string; readonly secret: string };
  /** Knows where to send people back; until then it answers nothing. */
  open(redirectUri: string): void;
  /** Who signs in from now on, and what is said of them. */
  signInAs(subject: string, claims: Claims): void;
  close(): Promise<void>;
}

export async function startIdentityProvider(): Promise<TestIdentityProvider> {
  const people = new Map<string, Claims>();
  let present = "";
  let handle = (_: IncomingMessage, response: ServerResponse) => void response.writeHead(503).end();
  const server = createServer((request, response) => handle(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // Proof: it listens on TCP.
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = { id: "posthorn", secret: `secret-${randomUUID()}` };

  function open(redirectUri: string): void {
    const provider = new Provider(issuer, configure({ people, client, redirectUri }));
    const serve = provider.callback();
    handle = (request, response) => {
      if (!request.url?.startsWith("/interaction/")) return void serve(request, response);
      const login = { accountId: present };
      provider.interactionFinished(request, response, { login }).catch(() => response.destroy());
    };
  }

  return {
    issuer,
    client,
    open,
    signInAs(subject, claims) {
      people.set(subject, claims);
      present = subject;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function configure(options: {
  readonly people: ReadonlyMap<string, Claims>;
  readonly client: TestIdentityProvider["client"];
  readonly redirectUri: string;
}): Readonly<Record<string, unknown>> {
  const { people, client, redirectUri } = options;
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return {
    clients: [{ client_id: client.id, client_secret: client.secret, redirect_uris: [redirectUri] }],
    jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), alg: "RS256", use: "sig" }] },
    cookies: { keys: [randomUUID()] },
    ttl: { Interaction: 600, Grant: 600, Session: 600, AccessToken: 600, IdToken: 600 },
    pkce: { required: () => true },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "roles"] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_: unknown, accountId: string) => ({
      accountId,
      claims: () => ({ ...people.get(accountId), sub: accountId }),
    }),
    // Nobody is asked whether the client may know who they are.
    async loadExistingGrant(context: GrantContext) {
      const { accountId } = context.oidc.session;
      const { clientId } = context.oidc.client;
      const grant = new context.oidc.provider.Grant({ accountId, clientId });
      grant.addOIDCScope("openid email profile");
      await grant.save();
      return grant;
    },
  };
}

interface GrantContext {
  readonly oidc: {
    readonly provider: Provider;
    readonly session: { readonly accountId: string };
    readonly client: { readonly clientId: string };
  };
}

/** Walks a browser through the provider; answers the URL that leads back. */
export async function walkThrough(start: string, home: string): Promise<string> {
  const cookies = new Map<string, string>();
  let url = start;
  for (let hops = 0; hops < 10 && !url.startsWith(home); hops++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, { headers: { cookie }, redirect: "manual" });
    const text = await response.text();
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get("location");
    if (location === null) throw new Error(`${response.status}: ${text.slice(0, 500)}`);
    url = new URL(location, url).href;
  }
  return url;
}
