/** What is typed into the form of a key, and what of it goes to the API. */
import type { ApiKey, KeyRules, KeySettings } from "./calls.ts";

/** Texts as they stand in the fields. */
export interface KeyDraft {
  readonly name: string;
  readonly description: string;
  readonly environment: string | null;
  readonly scopes: readonly string[];
  readonly resources: readonly string[];
  /** One per line. */
  readonly addresses: string;
  readonly requestsPerMinute: string;
  readonly enabled: boolean;
  /** "" for never, a number of days from now, or `date` for the day below. */
  readonly expiry: string;
  /** `2027-01-31`: valid to the end of that day, where the reader is; "" while none is chosen. */
  readonly expiryDay: string;
}

/** Of the form, and of each part of it. */
export interface KeyFormProps {
  readonly rules: KeyRules;
  readonly draft: KeyDraft;
  readonly onChange: (change: Partial<KeyDraft>) => void;
  /** The refusal of the last try; each problem stands at its field. */
  readonly error: unknown;
  /** Names of other keys, for a warning. */
  readonly otherNames?: ReadonlySet<string>;
  readonly isAdvancedOpen?: boolean;
}

const DAY_MS = 24 * 3_600_000;

export function emptyDraft({ environments }: Pick<KeyRules, "environments">): KeyDraft {
  return {
    name: "",
    description: "",
    environment: environments[0] ?? null,
    scopes: [],
    resources: [],
    addresses: "",
    requestsPerMinute: "",
    enabled: true,
    expiry: "",
    expiryDay: "",
  };
}

export function draftOf(key: ApiKey): KeyDraft {
  const { name, description, environment, scopes, resources, enabled } = key;
  return {
    name,
    description,
    environment,
    scopes,
    resources,
    enabled,
    addresses: key.addresses.join("\n"),
    requestsPerMinute: key.requestsPerMinute === null ? "" : String(key.requestsPerMinute),
    expiry: key.expiresAt === null ? "" : "date",
    expiryDay: key.expiresAt === null ? "" : localDay(new Date(key.expiresAt)),
  };
}

/** `expiresAt` of an untouched draft stays what it was, to the millisecond. */
export function settingsOf(draft: KeyDraft, nowMs: number, before?: ApiKey): KeySettings {
  const { name, description, environment, scopes, resources, enabled } = draft;
  const limit = draft.requestsPerMinute.trim();
  return {
    name: name.trim(),
    description: description.trim(),
    environment,
    scopes,
    resources,
    enabled,
    addresses: draft.addresses.split(/[\s,]+/).filter((each) => each !== ""),
    // What is no number goes to the API as it is, whose answer then stands at the field.
    requestsPerMinute: limit === "" ? null : Number(limit),
    expiresAt: expiryOf(draft, nowMs, before),
  };
}

/** The settings that differ; empty when nothing was changed. */
export function changesOf(draft: KeyDraft, key: ApiKey, nowMs: number): Partial<KeySettings> {
  const before: Readonly<Record<string, unknown>> = { ...key };
  return Object.fromEntries(
    Object.entries(settingsOf(draft, nowMs, key)).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name]),
    ),
  );
}

function expiryOf(draft: KeyDraft, nowMs: number, before?: ApiKey): string | null {
  if (draft.expiry === "") return null;
  if (draft.expiry !== "date") {
    return new Date(nowMs + Number(draft.expiry) * DAY_MS).toISOString();
  }
  // No day was chosen: the API refuses that at the field. As null it would be a key that never ends.
  if (draft.expiryDay === "") return "";
  const old = before?.expiresAt ?? null;
  if (old !== null && localDay(new Date(old)) === draft.expiryDay) return old;
  return new Date(`${draft.expiryDay}T23:59:59.999`).toISOString();
}

function localDay(date: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
