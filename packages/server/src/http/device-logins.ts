import * as z from "zod";
import {
  answerLogin,
  beginDeviceLogin,
  pickUpSession,
  readDeviceLogin,
  shownCode,
} from "../access/device-login.ts";
import { formatId } from "../domain/id.ts";
import { DEVICE_LOGIN_LIFE_MS, DEVICE_LOGIN_POLL_SECONDS } from "../limits.ts";
import type { DeviceLoginRow } from "../store/device-logins.ts";
import { route, type Route } from "./route.ts";
import { givenName, timestamp } from "./schemas.ts";
import { requirePersonOf } from "./sessions.ts";
import { showUser, userObject } from "./user-view.ts";

/** Where a person approves; the dashboard serves it. */
const PAGE = "/device";

const begin = route({
  method: "POST",
  path: "/api/device-logins",
  action: "sessions.create",
  audience: "public",
  summary: "Begins the sign-in of a command line: a person approves its code in the browser.",
  body: z.strictObject({ name: givenName.default("posthorn") }),
  bodyOptional: true,
  status: 201,
  response: z.object({
    /** The secret of the machine that asks. */
    deviceCode: z.string(),
    userCode: z.string(),
    verificationUrl: z.string(),
    /** The same with the code in it. */
    verificationUrlComplete: z.string(),
    expiresInSeconds: z.int(),
    intervalSeconds: z.int(),
  }),
  async handle({ services, body, origin }) {
    const made = await beginDeviceLogin(services, { name: body.name, place: origin });
    const userCode = shownCode(made.userCode);
    const verificationUrl = services.config.publicUrl + PAGE;
    return {
      body: {
        deviceCode: made.deviceCode,
        userCode,
        verificationUrl,
        verificationUrlComplete: `${verificationUrl}?code=${userCode}`,
        expiresInSeconds: DEVICE_LOGIN_LIFE_MS / 1000,
        intervalSeconds: DEVICE_LOGIN_POLL_SECONDS,
      },
    };
  },
});

const pickUp = route({
  method: "POST",
  path: "/api/device-logins/session",
  action: "sessions.create",
  audience: "public",
  summary:
    "Picks the session of an approved command line up, once; 202 as long as nobody has answered.",
  body: z.strictObject({ deviceCode: z.string().max(200) }),
  status: 201,
  otherStatus: 202,
  response: z.object({
    status: z.enum(["pending", "approved"]),
    /** For `Authorization: Bearer`; null while it is pending. */
    token: z.string().nullable(),
    sessionId: z.string().nullable(),
    expiresAt: timestamp.nullable(),
    user: userObject.nullable(),
  }),
  async handle({ services, body, origin }) {
    const begun = await pickUpSession(services, { deviceCode: body.deviceCode, place: origin });
    if (!begun) {
      const nothing = { token: null, sessionId: null, expiresAt: null, user: null };
      return { status: 202, body: { status: "pending", ...nothing } };
    }
    const { token, session, user } = begun;
    return {
      body: {
        status: "approved",
        token,
        sessionId: formatId("ses", session.id),
        expiresAt: session.expiresAt.toISOString(),
        user: showUser(user),
      },
    };
  },
});

const loginObject = z
  .object({
    userCode: z.string(),
    name: z.string(),
    /** Where it was asked from. */
    address: z.string().nullable(),
    createdAt: timestamp,
    expiresAt: timestamp,
  })
  .meta({ id: "DeviceLogin" });

const codeParameter = z.object({ code: z.string() });

const read = route({
  method: "GET",
  path: "/api/device-logins/:code",
  action: "sessions.read",
  audience: "person",
  summary: "Shows which command line wants to be signed in, for the person who is to approve it.",
  params: codeParameter,
  status: 200,
  response: loginObject,
  async handle({ services, caller, params }) {
    requirePersonOf(caller);
    return { body: showLogin(await readDeviceLogin(services, params.code)) };
  },
});

const approve = route({
  method: "POST",
  path: "/api/device-logins/:code/approve",
  action: "sessions.update",
  audience: "person",
  summary: "Lets a command line act as whoever asks, from their browser.",
  params: codeParameter,
  status: 200,
  response: loginObject,
  async handle({ services, caller, params }) {
    const answer = { code: params.code, isApproved: true };
    return { body: showLogin(await answerLogin(services, requirePersonOf(caller), answer)) };
  },
});

const deny = route({
  method: "POST",
  path: "/api/device-logins/:code/deny",
  action: "sessions.update",
  audience: "person",
  summary: "Refuses the sign-in of a command line.",
  params: codeParameter,
  status: 200,
  response: loginObject,
  async handle({ services, caller, params }) {
    const answer = { code: params.code, isApproved: false };
    return { body: showLogin(await answerLogin(services, requirePersonOf(caller), answer)) };
  },
});

export const deviceLoginRoutes: readonly Route[] = [begin, pickUp, read, approve, deny];

function showLogin(row: DeviceLoginRow): z.output<typeof loginObject> {
  return {
    userCode: shownCode(row.userCode),
    name: row.name,
    address: row.address,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
  };
}
