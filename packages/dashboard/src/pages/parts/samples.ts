/** Made-up things for the gallery of parts. */
export const sampleId = "ep_01m8cvmrxcfpmta0h8z5m4efgw";
export const sampleTime = "2026-11-21T09:14:02.113Z";

export const statuses = [
  "active",
  "failing",
  "paused",
  "disabled",
  "pending",
  "sending",
  "retrying",
  "held",
  "delivered",
  "failed",
  "cancelled",
  "expired",
  "revoked",
] as const;

export const buckets = Array.from({ length: 24 }, (_, hour) => ({
  delivered: hour % 7 === 3 ? 0 : 6 + ((hour * 5) % 11),
  failed: hour === 15 || hour === 16 ? 4 : 0,
}));
