import type { Pool } from "../db/pool.ts";
import { API_KEY_RANDOM_BYTES, formatApiKey, SESSION_TOKEN_PREFIX } from "../domain/api-key.ts";
import { asId, formatId } from "../domain/id.ts";
import { ApiError } from "../errors.ts";
import { CLI_SESSION_LIFE_MS, DEVICE_LOGIN_LIFE_MS, DEVICE_LOGINS_WAITING_MAX } from "../limits.ts";
import { newUuid, randomBytes } from "../platform/random.ts";
import type { RateLimit } from "../platform/rate-limit.ts";
import type { Audit } from "../store/audit.ts";
import {
  answerDeviceLogin,
  deleteDeviceLogin,
  findByDeviceCode,
  findDeviceLogin,
  insertDeviceLogin,
  type DeviceLoginRow,
} from "../store/device-logins.ts";
import { findUser, type UserRow } from "../store/users.ts";
import { randomToken, tokenDigest } from "./links.ts";
import type { Person } from "./person.ts";
import { beginSession, type BegunSession, type SessionPlace } from "./sessions.ts";
import { requireTry } from "./sign-in.ts";

export interface DeviceLoginContext {
  readonly sql: Pool;
  readonly audit: Audit;
  /** Tries per address. */
  readonly signIns: RateLimit;
}

/** No vowels, so no words; no letters that look like digits. */
const LETTERS = "BCDFGHJKLMNPQRSTVWXZ";
const CODE_LENGTH = 8;
const CODE = new RegExp(`^[${LETTERS}]{${CODE_LENGTH}}$`);

/**
 * Begins a sign-in of a command line. The device code stays with it; the user code is for the person, who compares and
 * approves it in a browser (RFC 8628). Throws `sign_in_throttled` and `overloaded`.
 */
export async function beginDeviceLogin(
  { sql, signIns }: DeviceLoginContext,
  asked: { readonly name: string; readonly place: SessionPlace },
): Promise<{ readonly deviceCode: string; readonly userCode: string }> {
  requireTry(signIns, asked.place.address);
  const deviceCode = randomToken();
  const userCode = newUserCode();
  const isMade = await insertDeviceLogin(sql, {
    id: asId<"dvl">(newUuid()),
    digest: tokenDigest(deviceCode),
    userCode,
    name: asked.name,
    address: asked.place.address ?? null,
    lifeMs: DEVICE_LOGIN_LIFE_MS,
    waitingMax: DEVICE_LOGINS_WAITING_MAX,
  });
  if (!isMade) throw new ApiError("overloaded", { retryAfterSeconds: 60 });
  return { deviceCode, userCode };
}

/** What a person is asked about; throws `not_found`. */
export async function readDeviceLogin(
  { sql }: Pick<DeviceLoginContext, "sql">,
  code: string,
): Promise<DeviceLoginRow> {
  const login = await findDeviceLogin(sql, plainCode(code));
  if (!login) throw noneWaits();
  return login;
}

/**
 * Lets a command line in as this person, or not. Only somebody at a browser can: a session that was handed out could
 * otherwise make others that outlive it. Throws `not_found` and `session_required`.
 */
export async function answerLogin(
  { sql, audit }: DeviceLoginContext,
  person: Person,
  { code, isApproved }: { readonly code: string; readonly isApproved: boolean },
): Promise<DeviceLoginRow> {
  if (person.session.kind !== "browser") throw new ApiError("session_required");
  const userId = person.user.id;
  const organizationId = person.place?.organization.id ?? null;
  let answered: DeviceLoginRow | undefined;
  await sql.begin(async (tx) => {
    const approver = isApproved ? { userId, organizationId } : null;
    answered = await answerDeviceLogin(tx, plainCode(code), approver);
    if (!answered) return;
    const { id, name, address } = answered;
    await audit(tx, {
      organizationId,
      action: isApproved ? "sessions.approve" : "sessions.deny",
      object: { kind: "device_login", id: formatId("dvl", id) },
      after: { name, address },
    });
  });
  if (!answered) throw noneWaits();
  return answered;
}

/**
 * The session for a command line whose sign-in was approved, once; undefined as long as nobody has answered. Throws
 * `sign_in_denied`, and `link_invalid` when its time is over.
 */
export async function pickUpSession(
  { sql }: Pick<DeviceLoginContext, "sql">,
  asked: { readonly deviceCode: string; readonly place: SessionPlace },
): Promise<(BegunSession & { readonly user: UserRow }) | undefined> {
  const login = await findByDeviceCode(sql, tokenDigest(asked.deviceCode));
  if (!login) throw new ApiError("link_invalid");
  const { id, userId, organizationId, name, isDenied } = login;
  if (isDenied) {
    await deleteDeviceLogin(sql, id);
    throw new ApiError("sign_in_denied");
  }
  if (userId === null) return undefined;
  const begun = await sql.begin(async (tx) => {
    if (!(await deleteDeviceLogin(tx, id))) throw new ApiError("link_invalid");
    const user = await findUser(tx, userId);
    if (!user) throw new ApiError("link_invalid");
    const session = await beginSession(tx, {
      userId,
      kind: "cli",
      organizationId,
      // The list of sessions says what the person has approved, not what the machine says now.
      place: { address: asked.place.address, userAgent: name },
      lifeMs: CLI_SESSION_LIFE_MS,
      token: formatApiKey(SESSION_TOKEN_PREFIX, randomBytes(API_KEY_RANDOM_BYTES)),
    });
    return { ...session, user };
  });
  return begun;
}

/** As it is shown: in two groups. */
export function shownCode(userCode: string): string {
  return `${userCode.slice(0, 4)}-${userCode.slice(4)}`;
}

/** As people type it: small letters, with a dash or without. Throws `not_found` for what is no code. */
function plainCode(text: string): string {
  const code = text.toUpperCase().replace(/[\s-]/g, "");
  if (CODE.test(code)) return code;
  throw noneWaits();
}

function noneWaits(): ApiError {
  return new ApiError("not_found", { detail: "No sign-in waits with this code." });
}

/** 20 letters divide 240; bytes above would favour the first ones. */
function newUserCode(): string {
  let code = "";
  while (code.length < CODE_LENGTH) {
    for (const byte of randomBytes(2 * CODE_LENGTH)) {
      if (byte < 240 && code.length < CODE_LENGTH) code += LETTERS[byte % LETTERS.length] ?? "";
    }
  }
  return code;
}
