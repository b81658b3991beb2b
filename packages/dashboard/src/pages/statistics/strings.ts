/** What the charts say. */
export const strings = {
  heading: "Deliveries",
  volume: "Volume",
  delivered: "delivered",
  failed: "failed",
  rate: "Success rate",
  latency: "Latency",
  responses: "Responses",
  logarithmic: "Log",
  empty: "Nothing was delivered in this time.",
  percent: (value: number) => `${Math.round(value)} %`,
} as const;
