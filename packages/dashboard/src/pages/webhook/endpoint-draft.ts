/** What is typed into the form of an endpoint, and what of it goes to the API. */
import type { EndpointBody, EndpointChange, EndpointRules, Webhook } from "./calls.ts";

/** Texts as they stand in the fields. */
export interface EndpointDraft {
  readonly url: string;
  readonly description: string;
  /** Names and patterns; `*` alone for everything. */
  readonly events: readonly string[];
  readonly enabled: boolean;
  readonly wireFormat: string;
  /** "" to have one generated. */
  readonly secret: string;
  /** `Name: value`, one per line. */
  readonly headers: string;
  readonly rateCount: string;
  readonly ratePer: "second" | "minute" | "hour";
  readonly ordering: "none" | "key";
  /** JSON, or "". */
  readonly filter: string;
  readonly resource: string;
  readonly alertEmails: string;
}

/** Of the form, and of each part of it. */
export interface EndpointFormProps {
  readonly rules: EndpointRules;
  readonly draft: EndpointDraft;
  readonly onChange: (change: Partial<EndpointDraft>) => void;
  /** The refusal of the last try; each problem stands at its field. */
  readonly error: unknown;
  /** A new endpoint also chooses its secret, and may go to a test inbox. */
  readonly isNew?: boolean;
}

export function emptyDraft({ wireFormat }: Pick<EndpointRules, "wireFormat">): EndpointDraft {
  return {
    url: "",
    description: "",
    events: [],
    enabled: true,
    wireFormat,
    secret: "",
    headers: "",
    rateCount: "",
    ratePer: "second",
    ordering: "none",
    filter: "",
    resource: "",
    alertEmails: "",
  };
}

export function draftOf(webhook: Webhook): EndpointDraft {
  const { url, description, events, enabled, wireFormat, ordering, rateLimit } = webhook;
  return {
    url,
    description,
    events,
    enabled,
    wireFormat,
    ordering,
    secret: "",
    headers: Object.entries(webhook.headers)
      .map(([name, value]) => `${name}: ${value}`)
      .join("\n"),
    rateCount: rateLimit ? String(rateLimit.count) : "",
    ratePer: rateLimit?.per ?? "second",
    filter: webhook.filter === null ? "" : JSON.stringify(webhook.filter, null, 2),
    resource: webhook.resource ?? "",
    alertEmails: webhook.alertEmails.join(", "),
  };
}

/** A filter that is no JSON: `undefined`. */
export function filterOf({ filter }: Pick<EndpointDraft, "filter">): unknown {
  if (filter.trim() === "") return null;
  try {
    return JSON.parse(filter);
  } catch {
    return undefined;
  }
}

/** The settings as the API takes them, but for the secret. */
function settingsOf(draft: EndpointDraft) {
  const { url, description, events, enabled, wireFormat, ordering } = draft;
  const count = draft.rateCount.trim();
  return {
    url: url.trim(),
    description: description.trim(),
    events,
    enabled,
    wireFormat,
    ordering,
    headers: headersOf(draft.headers),
    // What is no number goes to the API as it is, whose answer then stands at the field.
    rateLimit: count === "" ? null : { count: Number(count), per: draft.ratePer },
    filter: filterOf(draft),
    resource: draft.resource.trim() || null,
    alertEmails: listOf(draft.alertEmails),
  };
}

export function bodyOf(draft: EndpointDraft): EndpointBody {
  return { ...settingsOf(draft), ...(draft.secret === "" ? {} : { secret: draft.secret }) };
}

/** One setting before and after, as texts for people. */
export interface Difference {
  readonly name: keyof ReturnType<typeof settingsOf>;
  readonly before: string;
  readonly after: string;
}

/** The settings that differ; empty when nothing was changed. A header that was taken out is null: a merge patch. */
export function changesOf(draft: EndpointDraft, webhook: Webhook): EndpointChange {
  const before: Readonly<Record<string, unknown>> = { ...settingsOf(draftOf(webhook)) };
  const changed = Object.entries(settingsOf(draft)).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name]),
  );
  return Object.fromEntries(
    changed.map(([name, value]) => [
      name,
      name === "headers" ? headerChange(draft.headers, webhook.headers) : value,
    ]),
  );
}

export function differencesOf(draft: EndpointDraft, webhook: Webhook): readonly Difference[] {
  const before = settingsOf(draftOf(webhook));
  const after = settingsOf(draft);
  const names = Object.keys(after) as (keyof typeof after)[]; // Proof: keys of an object literal.
  return names
    .map((name) => ({ name, before: textOf(before[name]), after: textOf(after[name]) }))
    .filter((each) => each.before !== each.after);
}

function textOf(value: unknown): string {
  if (value === null || value === undefined || value === "") return "";
  if (Array.isArray(value)) return value.join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function headersOf(text: string): Readonly<Record<string, string>> {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf(":");
      return at < 0 ? [line.trim(), ""] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    }),
  );
}

/** Masked values are those that nobody touched: they are left out of the change. */
function headerChange(
  text: string,
  before: Readonly<Record<string, string>>,
): Readonly<Record<string, string | null>> {
  const after = headersOf(text);
  const removed = Object.keys(before).filter((name) => !(name in after));
  const changed = Object.entries(after).filter(([name, value]) => before[name] !== value);
  return Object.fromEntries([...changed, ...removed.map((name) => [name, null] as const)]);
}

function listOf(text: string): readonly string[] {
  return text.split(/[\s,;]+/).filter((each) => each !== "");
}
