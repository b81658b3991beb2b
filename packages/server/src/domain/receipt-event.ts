import { EVENT_DATA_BYTES_MAX, EVENT_TYPE_LENGTH_MAX } from "../limits.ts";
import { isEventType } from "./event-fields.ts";
import type { EventTypeNames } from "./event-type.ts";
import { isOperationalType } from "./operational-event.ts";
import { readDocument, readOccurredAt, type ProviderRequest } from "./provider-request.ts";
import { isSourceType, type Provider } from "./source.ts";

/** Provider's type → event type; null drops it. */
export type Mapping = Readonly<Record<string, string | null>>;

export interface MappingSettings {
  readonly provider: Provider;
  /** Null: every type becomes an event. */
  readonly mapping: Mapping | null;
  /** What the mapping does not name: true drops it, false leaves it its own name. */
  readonly dropsOthers: boolean;
}

/** `handshake`: the provider tries the address out. */
export type DropReason = "handshake" | "not_mapped" | "mapped_to_nothing";
export type MappingFailure = "body_not_json" | "data_too_large" | "type_invalid" | "type_unknown";

/** What becomes of a verified receipt. */
export type MappedReceipt =
  | {
      readonly kind: "event";
      readonly type: string;
      readonly data: Buffer;
      /** Milliseconds since the epoch. */
      readonly occurredAt: number;
    }
  | { readonly kind: "dropped"; readonly reason: DropReason }
  | { readonly kind: "failed"; readonly reason: MappingFailure };

/** A verified receipt as it is stored. */
export interface MappableReceipt extends ProviderRequest {
  /** As the provider calls it. */
  readonly type: string;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
}

/** Makes an event of a receipt, or says why not. */
export function mapReceipt(
  receipt: MappableReceipt,
  settings: MappingSettings,
  catalogue: EventTypeNames,
): MappedReceipt {
  if (receipt.provider === "github" && receipt.type === "ping") return dropped("handshake");
  const named = nameEvent(receipt.type, settings);
  if (typeof named !== "string") return named;
  if (!isEventType(named) || isOperationalType(named)) return failed("type_invalid");
  // The catalogue of a profile may have changed since the mapping was set.
  if (!isKnownType(named, catalogue)) return failed("type_unknown");
  const { json: data, value } = readDocument(receipt);
  if (!data) return failed("body_not_json");
  if (data.length > EVENT_DATA_BYTES_MAX) return failed("data_too_large");
  const { provider, receivedAt } = receipt;
  const occurredAt = readOccurredAt(provider, value, receivedAt) ?? receivedAt;
  return { kind: "event", type: named, data, occurredAt };
}

/** Whether a source may make events of this type in this catalogue. */
export function isKnownType(type: string, { open, types }: EventTypeNames): boolean {
  return open || types.has(type) || isSourceType(type);
}

function nameEvent(type: string, settings: MappingSettings): string | MappedReceipt {
  const { provider, mapping, dropsOthers } = settings;
  if (mapping && Object.hasOwn(mapping, type)) return mapping[type] ?? dropped("mapped_to_nothing");
  if (mapping && dropsOthers) return dropped("not_mapped");
  return sourceType(provider, type);
}

const WORDS_MAX = 8;

/** `MessageStatus/in-progress` of a provider as an event type of ours: `twilio.message_status.in_progress`. */
export function sourceType(provider: Provider, type: string): string {
  const text = type
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replaceAll(/[/:]+/g, ".")
    .replaceAll(/[^a-z0-9_.]+/g, "_");
  const words = text.split(".").filter((word) => word !== "");
  const [first, ...rest] = [words.slice(0, WORDS_MAX - 2), words.slice(WORDS_MAX - 2).join("_")];
  return [provider, ...first, ...rest]
    .filter((word) => word !== "")
    .join(".")
    .slice(0, EVENT_TYPE_LENGTH_MAX)
    .replace(/\.$/, "");
}

function dropped(reason: DropReason): MappedReceipt {
  return { kind: "dropped", reason };
}

function failed(reason: MappingFailure): MappedReceipt {
  return { kind: "failed", reason };
}
