import { assert } from "../platform/assert.ts";
import { idSuffix } from "./id.ts";
import type { Profile } from "./profile.ts";
import type { DeliveryRules, SecretRules, WireHeader, WireRules } from "./profile-schema.ts";
import { compileBody, type BodyPart } from "./wire-body.ts";
import { timeText } from "./wire-time.ts";

/**
 * How the deliveries of one endpoint look and behave. Envelope, headers and signature of a version never change
 * once released; secret and delivery rules are those of the profile as it is now.
 */
export interface WireFormat {
  /** Profile and version, for example `fanfare/guide@1`: what an endpoint pins. */
  readonly id: string;
  readonly profileId: string;
  readonly version: number;
  /** For `compileSignature` of the SDK. */
  readonly signature: WireRules["signature"];
  /** What the receiver's side needs: give it to `verify` or `explainVerification` of the SDK. */
  readonly verification: VerificationFormat;
  readonly secret: SecretRules;
  readonly delivery: DeliveryRules;
  /** Lower-case names of all headers that this format sets; customers cannot override them. */
  readonly headerNames: ReadonlySet<string>;
  readonly body: readonly BodyPart[];
  readonly headers: readonly HeaderPart[];
  /** Content-Type and User-Agent, as they stand in every request. */
  readonly fixedHeaders: readonly string[];
  /** The id that the signature covers; undefined where it covers none. */
  readonly signedId: Extract<HeaderPart, { kind: "id" }> | undefined;
}

export interface VerificationFormat {
  readonly id: string;
  readonly signature: WireRules["signature"];
  readonly headers: {
    readonly signature: string;
    readonly timestamp?: string | undefined;
    readonly id?: string | undefined;
  };
}

export type HeaderPart =
  | { readonly kind: "id"; readonly name: string; readonly of: IdOwner; readonly prefix: string }
  | { readonly kind: "type"; readonly name: string }
  | { readonly kind: "attemptAt" | "occurredAt"; readonly name: string; readonly as: TimeAs }
  | { readonly kind: "signature"; readonly name: string };

type IdOwner = "event" | "delivery" | "organization";
type TimeAs = Parameters<typeof timeText>[1];

/** UUIDs as text. */
export interface DeliveryIds {
  readonly eventId: string;
  readonly deliveryId: string;
  readonly organizationId: string;
}

export interface HeaderInput extends DeliveryIds {
  readonly type: string;
  readonly occurredAt: Date;
  readonly attemptAt: Date;
  readonly signature: string;
}

/** The formats of all profiles, by their ids. */
export function wireFormats(profiles: Iterable<Profile>): Map<string, WireFormat> {
  const formats = [...profiles].map(compileWireFormat);
  return new Map(formats.map((format) => [format.id, format]));
}

/** Takes the wire rules of a linted profile apart once, so that each delivery only puts values together. */
export function compileWireFormat(profile: Profile): WireFormat {
  const { wire, secret, delivery } = profile;
  const headers = wire.headers.map((header) => headerPart(header, wire));
  const verification = verificationFormat(profile.id, wire, headers);
  const signedId = headers.find(
    (part) => part.kind === "id" && part.name === verification.headers.id,
  );
  return Object.freeze({
    id: `${profile.id}@${wire.version}`,
    profileId: profile.id,
    version: wire.version,
    signature: wire.signature,
    verification,
    secret,
    delivery,
    headerNames: new Set(["content-type", "user-agent", ...headers.map(lowerName)]),
    body: compileBody(wire),
    headers,
    fixedHeaders: ["Content-Type", wire.contentType, "User-Agent", wire.userAgent],
    signedId: signedId?.kind === "id" ? signedId : undefined,
  });
}

/** The request's headers as a flat list (name, value, name, value), in the order of the format. */
export function buildHeaders(format: WireFormat, input: HeaderInput): string[] {
  const list = [...format.fixedHeaders];
  for (const part of format.headers) list.push(part.name, headerValue(part, input));
  return list;
}

/** A flat list of headers as pairs of name and value. */
export function headerPairs(flat: readonly string[]): [string, string][] {
  const list: [string, string][] = [];
  for (let index = 0; index < flat.length; index += 2) {
    list.push([flat[index] ?? "", flat[index + 1] ?? ""]);
  }
  return list;
}

/** The id that is signed, exactly as the receiver reads it in its header; empty where the format signs none. */
export function signedId({ signedId: part }: WireFormat, ids: DeliveryIds): string {
  return part === undefined ? "" : idText(part, ids);
}

function headerPart(header: WireHeader, { ids }: WireRules): HeaderPart {
  const { name, from } = header;
  switch (from) {
    case "event.id":
      return { kind: "id", name, of: "event", prefix: header.prefix ?? ids.event };
    case "delivery.id":
      return { kind: "id", name, of: "delivery", prefix: header.prefix ?? ids.delivery };
    case "organization.id":
      return { kind: "id", name, of: "organization", prefix: header.prefix ?? ids.organization };
    case "attempt.at":
      return { kind: "attemptAt", name, as: header.as ?? "unix-seconds" };
    case "event.occurredAt":
      return { kind: "occurredAt", name, as: header.as ?? "iso8601-ms" };
    case "event.type":
      return { kind: "type", name };
    case "signature":
      return { kind: "signature", name };
  }
}

function headerValue(part: HeaderPart, input: HeaderInput): string {
  switch (part.kind) {
    case "id":
      return idText(part, input);
    case "attemptAt":
      return timeText(input.attemptAt, part.as);
    case "occurredAt":
      return timeText(input.occurredAt, part.as);
    case "type":
      return input.type;
    case "signature":
      return input.signature;
  }
}

function idText({ of, prefix }: { of: IdOwner; prefix: string }, ids: DeliveryIds): string {
  if (of === "event") return prefix + idSuffix(ids.eventId);
  return prefix + idSuffix(of === "delivery" ? ids.deliveryId : ids.organizationId);
}

function verificationFormat(
  id: string,
  { signature, headers: rules }: WireRules,
  headers: readonly HeaderPart[],
): VerificationFormat {
  const signatureHeader = headers.find((part) => part.kind === "signature");
  assert(signatureHeader, `the profile ${id} sends no signature`);
  const timestamp = headers.find((part) => part.kind === "attemptAt");
  const signedSource = /\{((?:event|delivery)\.id)\}/.exec(signature.content)?.[1];
  const idHeader = rules.find((header) => header.from === signedSource);
  return {
    id,
    signature,
    headers: {
      signature: signatureHeader.name,
      ...(timestamp && { timestamp: timestamp.name }),
      ...(idHeader && { id: idHeader.name }),
    },
  };
}

function lowerName({ name }: HeaderPart): string {
  return name.toLowerCase();
}
