import { readFileSync } from "node:fs";
import { rootCertificates } from "node:tls";
import * as oidc from "openid-client";
import { Agent, fetch as fetchByUndici } from "undici";
import type { Config } from "../config.ts";
import { ApiError } from "../errors.ts";
import { OIDC_ANSWER_MS_MAX, OIDC_METADATA_KEPT_MS } from "../limits.ts";
import type { Clock } from "../platform/clock.ts";

/** What binds an answer of the provider to the question of one browser; for its eyes alone. */
export interface SignInChecks {
  readonly state: string;
  readonly nonce: string;
  /** Of PKCE (RFC 7636): whoever steals the code cannot use it. */
  readonly verifier: string;
}

/** A person as the provider knows them. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
  /** Only one that the provider has confirmed. */
  readonly email: string | null;
  readonly name: string;
  /** What the claim for roles says, as a list. */
  readonly roles: readonly string[];
}

/** The identity provider of this installation (OpenID Connect Core 1.0, authorization code with PKCE). */
export interface IdentityProvider {
  /** What people know it by. */
  readonly host: string;
  /** Where the browser goes. Throws `unavailable` when the provider cannot be reached. */
  begin(checks: SignInChecks): Promise<URL>;
  /** Exchanges what the browser has brought back. Throws `oidc_failed` and `unavailable`. */
  finish(answer: URLSearchParams, checks: SignInChecks): Promise<Identity>;
}

export type ProviderConfig = Pick<
  Config,
  | "publicUrl"
  | "extraCaFile"
  | "oidcIssuer"
  | "oidcClientId"
  | "oidcClientSecret"
  | "oidcClientSecretFile"
  | "oidcRoleClaim"
>;

const CLOCK_TOLERANCE_SECONDS = 30;
const SCOPE = "openid email profile";

/** Undefined where people sign in with passwords alone. Asks the provider for nothing before somebody signs in. */
export function createIdentityProvider(
  config: ProviderConfig,
  clock: Pick<Clock, "monotonic">,
): IdentityProvider | undefined {
  const { oidcIssuer: issuer, oidcClientId: clientId } = config;
  if (issuer === undefined || clientId === undefined) return undefined;
  return connectTo({ ...config, issuer, clientId }, clock);
}

interface Known extends ProviderConfig {
  readonly issuer: string;
  readonly clientId: string;
}

function connectTo(config: Known, clock: Pick<Clock, "monotonic">): IdentityProvider {
  const { issuer, publicUrl } = config;
  const callback = `${publicUrl}/api/oidc/callback`;
  let known: { readonly until: number; readonly client: Promise<oidc.Configuration> } | undefined;

  function connect(): Promise<oidc.Configuration> {
    if (known && known.until > clock.monotonic()) return known.client;
    const client = discover(config);
    const mine = { until: clock.monotonic() + OIDC_METADATA_KEPT_MS, client };
    known = mine;
    // A provider that was away is asked again by the next person.
    client.catch(() => known === mine && (known = undefined));
    return client;
  }

  return {
    host: new URL(issuer).host,
    async begin({ state, nonce, verifier }) {
      const client = await connect().catch(unavailable);
      return oidc.buildAuthorizationUrl(client, {
        redirect_uri: callback,
        scope: SCOPE,
        state,
        nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
      });
    },
    async finish(answer, { state, nonce, verifier }) {
      const client = await connect().catch(unavailable);
      const claims = await readClaims(client, new URL(`${callback}?${answer}`), {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
      }).catch(refused);
      return toIdentity(claims, { issuer, roleClaim: config.oidcRoleClaim });
    },
  };
}

async function discover(config: Known): Promise<oidc.Configuration> {
  const { issuer, clientId } = config;
  const ownFetch = fetchWith(config.extraCaFile);
  // The settings let nothing but this machine pass without TLS.
  const isInsecure = issuer.startsWith("http:");
  const found = await oidc.discovery(new URL(issuer), clientId, undefined, oidc.None(), {
    timeout: OIDC_ANSWER_MS_MAX / 1000,
    execute: isInsecure ? [oidc.allowInsecureRequests] : [],
    ...(ownFetch ? { [oidc.customFetch]: ownFetch } : {}),
  });
  const metadata = found.serverMetadata();
  const client = new oidc.Configuration(
    metadata,
    clientId,
    { [oidc.clockTolerance]: CLOCK_TOLERANCE_SECONDS },
    authentication(config, metadata.token_endpoint_auth_methods_supported),
  );
  client.timeout = OIDC_ANSWER_MS_MAX / 1000;
  if (ownFetch) client[oidc.customFetch] = ownFetch;
  if (isInsecure) oidc.allowInsecureRequests(client);
  // The signature too, and not only the connection it came over.
  oidc.enableNonRepudiationChecks(client);
  return client;
}

/** `client_secret_basic` unless the provider says that it takes only the other form (Discovery 1.0, section 3). */
function authentication(
  { oidcClientSecret, oidcClientSecretFile }: ProviderConfig,
  methods: readonly string[] = ["client_secret_basic"],
): oidc.ClientAuth {
  const secret = oidcClientSecret ?? oidcClientSecretFile;
  if (secret === undefined) return oidc.None();
  return methods.includes("client_secret_basic")
    ? oidc.ClientSecretBasic(secret)
    : oidc.ClientSecretPost(secret);
}

function fetchWith(extraCaFile: string | undefined): oidc.CustomFetch | undefined {
  if (extraCaFile === undefined) return undefined;
  const ca = [...rootCertificates, readFileSync(extraCaFile, "utf8")];
  const dispatcher = new Agent({ connect: { ca } });
  const options = { dispatcher };
  // Proof: the same `fetch`, from the package; Node's own does not take this package's dispatchers.
  return (url, request) => fetchByUndici(url, { ...request, ...options } as never) as never;
}

type Claims = Readonly<Record<string, unknown>>;

/** The claims of the ID token, with those of the userinfo endpoint where the token leaves them out. */
async function readClaims(
  client: oidc.Configuration,
  answer: URL,
  checks: oidc.AuthorizationCodeGrantChecks,
): Promise<Claims> {
  const tokens = await oidc.authorizationCodeGrant(client, answer, checks);
  const claims = tokens.claims();
  if (!claims) throw new TypeError("there is no ID token");
  const isWhole = "email" in claims || client.serverMetadata().userinfo_endpoint === undefined;
  if (isWhole) return claims;
  const more = await oidc.fetchUserInfo(client, tokens.access_token, claims.sub);
  return { ...more, ...claims };
}

function toIdentity(
  claims: Claims,
  { issuer, roleClaim }: { readonly issuer: string; readonly roleClaim: string | undefined },
): Identity {
  const text = (name: string) => {
    const value = claims[name];
    return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
  };
  const subject = text("sub");
  if (subject === undefined) throw new ApiError("oidc_failed");
  // Not "true", not 1: what is merely said is not confirmed.
  const email = claims["email_verified"] === true ? (text("email") ?? null) : null;
  const said = roleClaim === undefined ? undefined : claims[roleClaim];
  const roles = (Array.isArray(said) ? said : [said]).filter((each) => typeof each === "string");
  const name = text("name") ?? text("preferred_username") ?? email ?? subject;
  return { issuer, subject, email, name, roles };
}

function unavailable(cause: unknown): never {
  const detail = "The identity provider does not answer.";
  throw new ApiError("unavailable", { detail, retryAfterSeconds: 5, cause });
}

/** The provider's refusals, answers that are not for us, and answers that are none: who it is was not confirmed. */
function refused(cause: unknown): never {
  throw new ApiError("oidc_failed", { cause });
}
