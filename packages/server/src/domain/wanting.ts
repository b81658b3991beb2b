import { compileSubscription } from "./event-type.ts";
import { compileStoredFilter } from "./filter.ts";

/** What decides which events an endpoint gets. */
export interface WantingSettings {
  readonly events: readonly string[];
  /** Content filter that was checked, null for none. */
  readonly filter: unknown;
  /** Only events about it; null for events about anything. */
  readonly resource: string | null;
}

/** An event as it was stored. */
export interface WantedEvent {
  readonly type: string;
  readonly resource: string | null;
  /** Empty when it was purged. */
  readonly data: Buffer;
  readonly isPurged: boolean;
}

export type Unwanted =
  | "type_not_subscribed"
  | "other_resource"
  | "filter_does_not_match"
  /** Nobody can say whether the filter would match: the payload was removed. */
  | "payload_purged";

/** Why an endpoint with these settings does not get such an event, asked in the order of accepting; undefined: it does. */
export function compileWanting(
  settings: WantingSettings,
): (event: WantedEvent) => Unwanted | undefined {
  const isSubscribed = compileSubscription(settings.events);
  const matches = settings.filter === null ? null : compileStoredFilter(settings.filter);
  return ({ type, resource, data, isPurged }) => {
    if (!isSubscribed(type)) return "type_not_subscribed";
    if (settings.resource !== null && settings.resource !== resource) return "other_resource";
    if (matches === null) return undefined;
    if (isPurged) return "payload_purged";
    const isMatch = matches({ type, data: JSON.parse(data.toString()) });
    return isMatch ? undefined : "filter_does_not_match";
  };
}
