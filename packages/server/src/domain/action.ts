/**
 * What a route does, and what decides whether a caller may: the area of the profile's gates for people, the word that
 * scopes grant for API keys. A route without a row here does not compile.
 */

/** The areas that a profile's `access.gates` open and close. */
export type Area = "hub" | "webhooks" | "keys" | "connections" | "organization";

interface Rule {
  /** Null: nobody but an operator. */
  readonly area: Area | null;
  /** The word of `keys.scopeGrants`; null where no key may, whatever its scopes say. */
  readonly grant: string | null;
}

const organization = (grant: string | null): Rule => ({ area: "organization", grant });
const operator: Rule = { area: null, grant: null };
const webhooks = (grant: string | null): Rule => ({ area: "webhooks", grant });
const keys = (grant: string | null): Rule => ({ area: "keys", grant });

export const ACTIONS = Object.freeze({
  "event-types.read": webhooks("event-types.read"),
  "endpoints.read": webhooks("endpoints.read"),
  "endpoints.create": webhooks("endpoints.write"),
  "endpoints.update": webhooks("endpoints.write"),
  "endpoints.delete": webhooks("endpoints.write"),
  "endpoints.roll-secret": webhooks("endpoints.write"),
  "endpoints.test": webhooks("endpoints.test"),
  // A key that leaks must not lead to the secrets that prove deliveries.
  "endpoints.reveal-secret": webhooks(null),
  // What happened is said by the product's own backend, never by a person in a browser.
  "events.publish": { area: null, grant: "events.publish" },
  "events.read": webhooks("events.read"),
  // Nothing brings a payload back: a key that leaks must not erase.
  "events.purge": webhooks(null),
  "deliveries.read": webhooks("deliveries.read"),
  "deliveries.redeliver": webhooks("deliveries.redeliver"),
  "deliveries.cancel": webhooks("deliveries.redeliver"),
  // Of all organizations.
  "deliveries.pause-all": operator,
  "deliveries.resume-all": operator,
  "deliveries.replay-all": operator,
  "jobs.read": webhooks("deliveries.read"),
  "jobs.write": webhooks("jobs.write"),
  "notices.read": webhooks("deliveries.read"),
  // What was read is remembered for each person; a key has no eyes.
  "notices.update": webhooks(null),
  "inboxes.read": webhooks("endpoints.read"),
  "inboxes.create": webhooks("endpoints.write"),
  "inboxes.update": webhooks("endpoints.write"),
  "inboxes.delete": webhooks("endpoints.write"),
  // To listen is to read events, as they happen.
  "listeners.read": webhooks("events.read"),
  "listeners.create": webhooks("events.read"),
  "listeners.receive": webhooks("events.read"),
  "listeners.delete": webhooks("events.read"),
  "sources.read": webhooks("endpoints.read"),
  "sources.create": webhooks("endpoints.write"),
  "sources.update": webhooks("endpoints.write"),
  "sources.delete": webhooks("endpoints.write"),
  "sources.roll-secret": webhooks("endpoints.write"),
  "receipts.read": webhooks("deliveries.read"),
  "receipts.replay": webhooks("deliveries.redeliver"),
  // Whoever sends to a source proves it by a signature.
  "sources.receive": operator,
  // The first page: apps, and in one line each what else there is.
  "hub.read": { area: "hub", grant: "endpoints.read" },
  "keys.read": keys("keys.read"),
  "keys.create": keys("keys.write"),
  "keys.update": keys("keys.write"),
  "keys.revoke": keys("keys.write"),
  "keys.verify": operator,
  "connections.read": { area: "connections", grant: "connections.read" },
  "audit.read": organization(null),
  "members.read": organization(null),
  "members.update": organization(null),
  "members.delete": organization(null),
  "users.read": operator,
  "users.create": operator,
  "users.delete": operator,
  "portal.create": operator,
  // About oneself: whoever has signed in.
  "sessions.create": operator,
  "sessions.read": operator,
  "sessions.update": operator,
  "sessions.delete": operator,
  "organizations.read": operator,
  "organizations.create": operator,
  // What else than the name is changed is asked of the route: that is an operator's.
  "organizations.update": organization(null),
  "organizations.suspend": operator,
  "organizations.resume": operator,
  "organizations.delete": operator,
  "operator-keys.read": operator,
  "operator-keys.create": operator,
  "operator-keys.revoke": operator,
  "outboxes.read": operator,
  "outboxes.create": operator,
  "outboxes.delete": operator,
  "profiles.read": operator,
  "event-types.create": operator,
  "event-types.update": operator,
  "event-types.delete": operator,
  "catalogue.read": operator,
  "catalogue.import": operator,
  "plans.update": operator,
  "plans.publish": operator,
  // Pages without a session show it, too.
  "branding.read": operator,
  "branding.update": operator,
  "mails.read": operator,
  "mails.test": operator,
  "metrics.read": operator,
  "health.read": operator,
  "nodes.drain": operator,
  "nodes.undrain": operator,
  "support-bundle.read": operator,
  "probes.live": operator,
  "probes.ready": operator,
  "reference.read": operator,
} satisfies Record<string, Rule>);

export type Action = keyof typeof ACTIONS;

/** Words that `keys.scopeGrants` of a profile may name; `*` stands for all of them. */
export const GRANTS: ReadonlySet<string> = new Set(
  Object.values<Rule>(ACTIONS).flatMap(({ grant }) => grant ?? []),
);

/** What decides about an action. */
export function ruleOf(action: Action): Rule {
  return ACTIONS[action];
}
