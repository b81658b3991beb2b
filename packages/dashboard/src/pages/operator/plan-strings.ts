const areas: Readonly<Record<string, string>> = {
  nav: "The section in the navigation",
  hub: "Connections",
  connections: "Connecting apps",
  keys: "API keys",
  webhooks: "Webhooks",
  organization: "People and the audit log",
};

const roles: Readonly<Record<string, string>> = {
  admin: "admins",
  manager: "managers",
  staff: "staff",
};

const limits: Readonly<Record<string, string>> = {
  endpoints: "Endpoints",
  keys: "API keys",
  members: "People",
  readsPerMinute: "Reads a minute",
  writesPerMinute: "Changes a minute",
  publishesPerMinute: "Published events a minute",
};

/** What another plan means, in words. */
export const strings = {
  title: "What this changes",
  nothing: "Nothing: these plans open the same pages and have the same limits.",
  gain: (area: string, who: string) => `${area}: opens for ${who}.`,
  loss: (area: string, who: string) => `${area}: closes for ${who}.`,
  lossText: "What they have made stays and goes on: keys work, webhooks are delivered.",
  limit: (name: string, before: string, after: string) => `${name}: ${before} → ${after}`,
  usual: "as usual",
  unlimited: "no limit",
  noLimitOf: (name: string) => `No limit: ${name}`,
  areas,
  roles,
  limits,
} as const;
