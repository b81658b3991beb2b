import type { EventTypeNames } from "./event-type.ts";
import type { Profile } from "./profile.ts";
import type { EventTypeEntry } from "./profile-schema.ts";

/** One event type of a profile's catalogue, with the title of its group. */
export interface CatalogueEntry extends EventTypeEntry {
  readonly group: string;
}

/** Every event type of a profile, in the order of its document. */
export function eventTypesOf({ catalogue }: Profile): readonly CatalogueEntry[] {
  return catalogue.groups.flatMap(({ title, events }) =>
    events.map((entry) => ({ ...entry, group: title })),
  );
}

/** The names alone, for subscriptions and for publishing. */
export function eventTypeNames(profile: Profile): EventTypeNames {
  const types = new Set(eventTypesOf(profile).map(({ type }) => type));
  return { open: profile.catalogue.open, types };
}
