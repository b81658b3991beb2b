import { listAt, textAt, member } from "../json.ts";

/** A signed request that is to be handed on to the local receiver. */
export interface Heard {
  /** What is acknowledged. */
  readonly position: number;
  readonly eventId: string;
  readonly deliveryId: string;
  readonly type: string;
  /** By the server's clock. */
  readonly signedAtMs: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** Undefined for what is no such thing. */
export function readHeard(value: unknown, position = Number(member(value, "position"))) {
  const signedAtMs = Date.parse(textAt(value, "signedAt"));
  const body = member(value, "body");
  if (!Number.isSafeInteger(position) || Number.isNaN(signedAtMs) || typeof body !== "string") {
    return undefined;
  }
  const heard: Heard = {
    position,
    eventId: textAt(value, "eventId"),
    deliveryId: textAt(value, "deliveryId"),
    type: textAt(value, "type"),
    signedAtMs,
    headers: listAt(value, "headers").flatMap((pair) =>
      Array.isArray(pair) ? [[String(pair[0]), String(pair[1])] as const] : [],
    ),
    body: Buffer.from(body, "base64"),
  };
  return heard;
}
