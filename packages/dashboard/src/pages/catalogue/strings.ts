interface Count {
  readonly count: number;
  readonly isAtLeast: boolean;
}

const count = ({ count: counted, isAtLeast }: Count) =>
  `${counted.toLocaleString()}${isAtLeast ? "+" : ""}`;

/** What the operator's catalogue of event types says. */
export const strings = {
  title: "Catalogue",
  text: "The event types that customers subscribe to. What you add or change here lies over the profile's own and holds at once.",
  profile: "Profile",
  tabList: "Event types or coverage",
  tabs: { types: "Event types", coverage: "Coverage" },
  add: "Add event type",
  importTypes: "Import",
  search: "Find an event type",
  originFilter: "Origin",
  origins: { profile: "Profile", changed: "Changed here", operator: "Added here" },
  statusFilter: "Status",
  deprecated: "deprecated",
  current: "current",
  open: "Events of other types are accepted, too.",
  closed: "Events of other types are refused.",
  empty: "This profile has no event types",
  emptyText:
    "Add the ones that your product publishes, or import them: customers then see their data and an example.",
  noMatch: "No event type matches",
  // Columns
  type: "Event type",
  group: "Group",
  origin: "Origin",
  events7d: "Events 7 d",
  count,
  events7dOf: (events: Count) =>
    `${count(events)} ${events.count === 1 ? "event" : "events"} in 7 days`,
  subscribers: "Endpoints",
  changedFields: (fields: readonly string[]) => `Changed: ${fields.join(", ")}`,
  subscribersOf: (count: number) => (count === 1 ? "1 endpoint" : `${count} endpoints`),
  // Menu
  edit: "Edit",
  deprecate: "Deprecate",
  undeprecate: "Take back deprecation",
  reset: "Reset to the profile's",
  remove: "Delete",
  // Drawer
  addTitle: "Add event type",
  editText: (origin: string) => `From ${origin}`,
  name: "Name",
  nameHint: "Words of a-z, 0-9 and _ joined by dots, such as order.created",
  heading: "Title",
  groupHint: "A new one stands behind the profile's",
  description: "Description",
  schema: "JSON Schema of the data",
  example: "Example",
  deprecation: "Deprecated",
  deprecationHint: "What to use instead, or why. Subscribers see it; events are still sent.",
  notJson: "This is not JSON.",
  notObject: "A JSON Schema is an object.",
  exampleStays: "An example can be another one, but not be taken out.",
  misfit: (pointer: string, message: string) =>
    pointer === "" ? message : `${pointer.slice(1).replaceAll("/", ".")} ${message}`,
  fits: "The example fits the schema.",
  save: "Save",
  conflict: "Somebody has changed it meanwhile",
  conflictText: "Close this and open it again to see what they wrote. Nothing of yours was saved.",
  added: (type: string) => `${type} is in the catalogue`,
  saved: (type: string) => `${type} is changed`,
  // Taking back
  resetTitle: (type: string) => `Reset ${type}?`,
  resetText: (fields: readonly string[]) =>
    `It is as the profile's file has it again: ${fields.join(", ")}.`,
  resetDone: (type: string) => `${type} is as the profile has it`,
  removeTitle: (type: string) => `Delete ${type}?`,
  removeText: (count: number, isOpen: boolean) =>
    [
      count === 0
        ? "No endpoint asks for it."
        : `${count === 1 ? "1 endpoint asks" : `${count} endpoints ask`} for it.`,
      isOpen
        ? "It can still be published, without a schema and example."
        : "It cannot be published any more.",
    ].join(" "),
  removed: (type: string) => `${type} is deleted`,
  deprecateTitle: (type: string) => `Deprecate ${type}?`,
  deprecateText:
    "It stays in the catalogue and is still sent. Everybody who looks at it reads this:",
  nobodyListens: "No endpoint names it.",
  listeners: (endpoints: number, organizations: number) =>
    [
      endpoints === 1 ? "1 endpoint" : `${endpoints.toLocaleString()} endpoints`,
      organizations === 1
        ? "in 1 organization"
        : `in ${organizations.toLocaleString()} organizations`,
      endpoints === 1 ? "listens to it." : "listen to it.",
      "Each organization is told once, in the bell and by mail to its owners and admins.",
    ].join(" "),
  otherListeners: (count: number) =>
    count === 1
      ? "1 more gets it because it asks for all or for a whole group, and is told nothing."
      : `${count.toLocaleString()} more get it because they ask for all or for a whole group, and are told nothing.`,
  listenersLabel: "Endpoints that name it",
  moreListeners: (count: number) => `and ${count.toLocaleString()} more`,
  deprecateDone: (type: string) => `${type} is deprecated`,
  undeprecated: (type: string) => `${type} is not deprecated any more`,
  // Import
  importTitle: "Import event types",
  importText:
    'An OpenAPI 3.1 description with webhooks, JSON of types by name: {"order.created": {"description": "…", "schema": {…}, "example": {…}}}, or the TypeScript that posthorn types writes (interface WebhookEvents). Types that it does not name stay as they are.',
  file: "File",
  orPaste: "or paste it",
  document: "Document",
  preview: "What it does",
  importedAdded: "added",
  importedChanged: "changed",
  importedUnchanged: "unchanged",
  importedWrong: "cannot be imported",
  importAction: (count: number) => (count === 1 ? "Import 1 type" : `Import ${count} types`),
  importNothing: "Import",
  imported: (count: number) => (count === 1 ? "1 type is imported" : `${count} types are imported`),
  importWrongText: "Nothing is imported while something in it is wrong.",
  // Coverage
  coverageText: (days: number) =>
    `What organizations of this profile have published in ${days} days, beside what the catalogue says. Test events count.`,
  unlisted: "Published, not in the catalogue",
  unlistedText: "Customers cannot see what these hold.",
  noUnlisted: "Everything that is published is in the catalogue.",
  unpublished: "In the catalogue, never published",
  unpublishedText: "Nothing has come of these yet.",
  noUnpublished: "Everything in the catalogue has been published.",
  organizations: "Organizations",
  lastAt: "Last published",
  addThis: (type: string) => `Add ${type}`,
  incomplete: "There are more organizations than were looked at: what is missing may be theirs.",
  published: (count: number) =>
    count === 1 ? "1 type is in both." : `${count} types are in both.`,
} as const;
