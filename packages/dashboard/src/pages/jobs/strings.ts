/** What a running job says. */
export const strings = {
  titles: {
    replay: "Replay",
    redeliver: "Redelivery",
    cancel: "Cancellation",
    release: "Release of held events",
    purge: "Removal of payloads",
  },
  running: "It goes on when this window is closed, and others see it, too.",
  of: (done: string, planned: string) => `${done} of ${planned}`,
  ok: (count: string) => `${count} delivered`,
  failed: (count: string) => `${count} failed`,
  skipped: (count: string) => `${count} skipped`,
  cancel: "Cancel the rest",
  pause: "Pause",
  resume: "Resume",
  left: "Progress",
  reason: (reason: string) => `It ended: ${reason.replaceAll("_", " ")}.`,
} as const;
