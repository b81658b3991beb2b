/** What the one-page view for developers says. */
export const strings = {
  title: "Developers",
  text: "Connect your own systems with API keys and webhooks.",
  keys: "API keys",
  keysText: "Let external applications call the API.",
  allKeys: "All keys",
  noKeys: "No keys yet.",
  webhooks: "Webhooks",
  webhooksText: "Get told when something happens.",
  allWebhooks: "All webhooks",
  noWebhooks: "No endpoints yet.",
  failed: "Failed deliveries",
  failedText: "What was given up after its last attempt.",
  allDeliveries: "All deliveries",
  noFailed: "None. Everything arrived or is still being tried.",
  foot: "Most teams are served by the built-in integrations.",
  toConnections: "Connections",
} as const;
