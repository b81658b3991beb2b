/** What the bell says. */
export const bellStrings = {
  open: (unread: number) => (unread === 0 ? "Notifications" : `Notifications, ${unread} unread`),
  title: "Notifications",
  markAll: "Mark all as read",
  empty: "Nothing needs you. Failures of endpoints and keys that end appear here.",
  kinds: {
    "delivery.exhausted": "Deliveries were given up",
    "endpoint.failing": "An endpoint is failing",
    "endpoint.disabled": "An endpoint was disabled",
    "secret.ending": "An old signing secret is about to end",
    "key.expiring": "An API key is about to expire",
    "event-type.deprecated": "An event type is deprecated",
  },
  deliveries: (count: number) => (count === 1 ? "1 delivery" : `${count} deliveries`),
  over: "over",
  keyExpired: "An API key has expired",
  ends: "ends",
  ended: "ended",
} as const;
