import type { Profile } from "./profile.ts";
import type { EventTypeEntry } from "./profile-schema.ts";

type Catalogue = Profile["catalogue"];
type Json = NonNullable<EventTypeEntry["example"]> | null;

/** What an operator says of an event type; what is left out is as the profile has it. */
export interface EventTypeChange {
  readonly title?: string;
  /** The title of its group; a new one stands behind those of the profile. */
  readonly group?: string;
  readonly description?: string;
  readonly schema?: NonNullable<EventTypeEntry["schema"]>;
  readonly example?: Json;
  /** What to use instead, or why; null: it is not deprecated, whatever the profile says. */
  readonly deprecated?: string | null;
}

/** Where a type stands that nobody has given a group. */
export const GROUP_OF_OTHERS = "Other";

/** The names in the order in which they are shown. */
export const CHANGE_FIELDS = Object.freeze([
  "title",
  "group",
  "description",
  "schema",
  "example",
  "deprecated",
] as const);

/**
 * A profile's catalogue with the operator's changes over it. The profile's types keep their places; types that were
 * added come behind them in their group, by name.
 */
export function overlayCatalogue(
  { open, groups }: Catalogue,
  changes: ReadonlyMap<string, EventTypeChange>,
): Catalogue {
  const placed = new Map(groups.map(({ title }): [string, EventTypeEntry[]] => [title, []]));
  const place = (group: string, entry: EventTypeEntry) => {
    const events = placed.get(group);
    if (events) events.push(entry);
    else placed.set(group, [entry]);
  };
  for (const { title, events } of groups) {
    for (const entry of events) {
      const change = changes.get(entry.type) ?? {};
      place(change.group ?? title, overlayEntry(entry, change));
    }
  }
  const known = new Set(groups.flatMap(({ events }) => events.map(({ type }) => type)));
  const added = [...changes].filter(([type]) => !known.has(type));
  for (const [type, change] of added.toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    place(change.group ?? GROUP_OF_OTHERS, overlayEntry({ type, description: type }, change));
  }
  const filled = [...placed].filter(([, events]) => events.length > 0);
  return { open, groups: filled.map(([title, events]) => ({ title, events })) };
}

function overlayEntry(entry: EventTypeEntry, change: EventTypeChange): EventTypeEntry {
  const { group: _, deprecated = entry.deprecated ?? null, ...fields } = change;
  const { deprecated: _before, dataKeys, ...kept } = entry;
  return {
    ...kept,
    // The document's word about the data; it is not about another schema.
    ...(dataKeys && fields.schema === undefined ? { dataKeys } : {}),
    ...fields,
    ...(deprecated === null ? {} : { deprecated }),
  };
}

/** What an entry of the catalogue says, in the form of a change. */
export function fieldsOfEntry(entry: EventTypeEntry & { readonly group: string }): EventTypeChange {
  const { title, group, description, schema, example, deprecated = null } = entry;
  return {
    ...(title === undefined ? {} : { title }),
    group,
    description,
    ...(schema === undefined ? {} : { schema }),
    ...(example === undefined ? {} : { example }),
    deprecated,
  };
}

/** The members of `wanted` that say something else than `known`, in the order in which they are shown. */
export function differingFields(
  known: EventTypeChange,
  wanted: EventTypeChange,
): (keyof EventTypeChange)[] {
  return CHANGE_FIELDS.filter(
    (name) =>
      wanted[name] !== undefined && JSON.stringify(wanted[name]) !== JSON.stringify(known[name]),
  );
}

/** `change` without what the profile says already, so that only what differs is called the operator's. */
export function reduceChange(base: EventTypeChange, change: EventTypeChange): EventTypeChange {
  const names = differingFields(base, change);
  return Object.fromEntries(names.map((name) => [name, change[name]]));
}
