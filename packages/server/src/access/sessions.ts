import type { Sql } from "../db/pool.ts";
import { asId } from "../domain/id.ts";
import { SESSION_IDLE_MS, SESSION_LIFE_MS } from "../limits.ts";
import { newUuid } from "../platform/random.ts";
import {
  insertSession,
  readSession,
  touchSession,
  type NewSession,
  type SessionRow,
} from "../store/sessions.ts";
import { randomToken, tokenDigest } from "./links.ts";

/** Where a session is used from, for the person's own list. */
export interface SessionPlace {
  readonly address: string | undefined;
  readonly userAgent: string | undefined;
}

/** A session that has just begun; the token is the cookie's value and stands nowhere else. */
export interface BegunSession {
  readonly token: string;
  readonly session: SessionRow;
}

const USER_AGENT_LENGTH_MAX = 300;

/** Begins a session, in the caller's transaction. A new token each time: one that was planted before is worthless. */
export async function beginSession(
  sql: Sql,
  session: Pick<NewSession, "userId" | "kind" | "organizationId"> &
    Partial<Pick<NewSession, "metadataRole" | "plan" | "capabilities" | "returnUrl">> & {
      readonly place: SessionPlace;
      readonly lifeMs?: number;
      /** In place of a random one for a cookie. */
      readonly token?: string;
    },
): Promise<BegunSession> {
  const { place, lifeMs = SESSION_LIFE_MS, token = randomToken(), ...rest } = session;
  const row = await insertSession(sql, {
    metadataRole: null,
    plan: null,
    capabilities: null,
    returnUrl: null,
    ...rest,
    id: asId<"ses">(newUuid()),
    digest: tokenDigest(token),
    lifeMs,
    address: place.address ?? null,
    userAgent: place.userAgent?.slice(0, USER_AGENT_LENGTH_MAX) ?? null,
  });
  return { token, session: row };
}

/** The session of a cookie, or undefined when it is unknown, over or was idle for too long. */
export async function findSession(sql: Sql, token: string): Promise<SessionRow | undefined> {
  return touchSession(sql, tokenDigest(token), SESSION_IDLE_MS);
}

/** The same, and it stays as idle as it was. */
export async function peekSession(sql: Sql, token: string): Promise<SessionRow | undefined> {
  return readSession(sql, tokenDigest(token), SESSION_IDLE_MS);
}
