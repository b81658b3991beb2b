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
  },
  deliveries: (count: number) => (count === 1 ? "1 delivery" : `${count} deliveries`),
  over: "over",
} as const;
