import * as crypto from "node:crypto";
import type { Pool } from "../db/pool.ts";
import { networkOf } from "../domain/address.ts";
import { signInDelaySeconds } from "../domain/password-rules.ts";
import { ApiError, fieldError, invalidRequest } from "../errors.ts";
import { SIGN_INS_PER_ADDRESS_MAX } from "../limits.ts";
import { isPassword } from "../platform/password.ts";
import type { RateLimit } from "../platform/rate-limit.ts";
import type { Audit } from "../store/audit.ts";
import {
  findSignInDelay,
  forgetSignInFailures,
  recordSignInFailure,
} from "../store/sign-in-failures.ts";
import { findUserByEmail, type UserRow } from "../store/users.ts";
import { beginSession, type BegunSession, type SessionPlace } from "./sessions.ts";

export interface SignInContext {
  readonly sql: Pool;
  readonly audit: Audit;
  /** Tries per address. */
  readonly signIns: RateLimit;
}

/**
 * Begins a session for whoever knows the password. An unknown address is answered like a wrong password, after the
 * same work, and slowed down alike. Throws `sign_in_failed` and `sign_in_throttled`.
 */
export async function signIn(
  context: SignInContext,
  asked: { readonly email: string; readonly password: string; readonly place: SessionPlace },
): Promise<BegunSession & { readonly user: UserRow }> {
  const { sql } = context;
  requireTry(context.signIns, asked.place.address);
  const account = accountOf(asked.email);
  const delay = await findSignInDelay(sql, account);
  if (delay > 0) throw new ApiError("sign_in_throttled", { retryAfterSeconds: delay });
  const user = await findUserByEmail(sql, asked.email);
  if (!(await isPassword(asked.password, user?.passwordHash ?? null)) || !user) {
    await recordSignInFailure(sql, account, signInDelaySeconds);
    throw new ApiError("sign_in_failed");
  }
  await forgetSignInFailures(sql, account);
  const begun = await sql.begin(async (tx) => {
    const { place } = asked;
    return beginSession(tx, { userId: user.id, kind: "browser", organizationId: null, place });
  });
  return { ...begun, user };
}

/**
 * Whoever changes what a person signs in with says the present password, which nobody may try at will: a borrowed
 * session would find it otherwise. Those who have none are not asked. Throws `sign_in_throttled`, and 422 at `pointer`.
 */
export async function requireOwnPassword(
  { sql }: Pick<SignInContext, "sql">,
  user: UserRow,
  asked: { readonly password: string | undefined; readonly pointer: string },
): Promise<void> {
  if (user.passwordHash === null) return;
  const account = accountOf(user.email ?? user.id);
  const delay = await findSignInDelay(sql, account);
  if (delay > 0) throw new ApiError("sign_in_throttled", { retryAfterSeconds: delay });
  if (await isPassword(asked.password ?? "", user.passwordHash))
    return forgetSignInFailures(sql, account);
  await recordSignInFailure(sql, account, signInDelaySeconds);
  throw invalidRequest([fieldError(asked.pointer, "password_wrong")]);
}

/** Throws when one address tries too often, whichever accounts it tries. */
export function requireTry(signIns: RateLimit, address: string | undefined): void {
  const retryAfterSeconds = signIns.take(networkOf(address ?? ""), SIGN_INS_PER_ADDRESS_MAX);
  if (retryAfterSeconds > 0) throw new ApiError("sign_in_throttled", { retryAfterSeconds });
}

function accountOf(email: string): Buffer {
  return crypto.createHash("sha256").update(email.trim().toLowerCase()).digest();
}
