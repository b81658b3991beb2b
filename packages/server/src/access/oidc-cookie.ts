import * as crypto from "node:crypto";
import * as z from "zod";
import { OIDC_LIFE_MS } from "../limits.ts";
import { seal, sealingKey, unseal } from "../platform/seal.ts";

const sealed = z.strictObject({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  returnTo: z.string(),
  /** Unix milliseconds. */
  endsAt: z.number(),
});

/** What a browser carries to the identity provider and back, and cannot read or change. */
export type PendingSignIn = Omit<z.output<typeof sealed>, "endsAt">;

/**
 * Seals a pending sign-in for a cookie. In the browser and not in the database: strangers begin sign-ins, and must not
 * fill a table; any node can go on with it.
 */
export interface OidcCookies {
  seal(pending: PendingSignIn): string;
  /** Undefined for a cookie that is not ours, or too old. */
  open(text: string): PendingSignIn | undefined;
}

const PLACE = "cookie|oidc";
const KEY_BYTES = 32;

export function createOidcCookies(options: {
  readonly pepper: crypto.KeyObject;
  readonly clock: { now(): number };
}): OidcCookies {
  const { pepper, clock } = options;
  const key = sealingKey(Buffer.from(crypto.hkdfSync("sha256", pepper, "", PLACE, KEY_BYTES)));
  return {
    seal(pending) {
      const plain = JSON.stringify({ ...pending, endsAt: clock.now() + OIDC_LIFE_MS });
      return seal(key, PLACE, Buffer.from(plain)).toString("base64url");
    },
    open(text) {
      const plain = openOurs(key, Buffer.from(text, "base64url"));
      if (plain === undefined) return undefined;
      const { endsAt, ...pending } = sealed.parse(JSON.parse(plain));
      return endsAt > clock.now() ? pending : undefined;
    },
  };
}

function openOurs(key: crypto.KeyObject, bytes: Buffer): string | undefined {
  try {
    return unseal(key, PLACE, bytes).toString();
  } catch {
    // A stranger's text, or one from before the pepper was another: nothing that anybody has to hear of.
    return undefined;
  }
}
