/** What is said while all deliveries wait. */
export const pauseStrings = {
  region: "Deliveries are paused",
  red: "All deliveries are paused",
  since: "since",
  by: (who: string) => `by ${who}`,
  redMore: "Events are accepted and wait; nothing is lost.",
  toHealth: "Health",
  calm: "Deliveries are paused by your provider since",
  calmMore: "Nothing is lost: what waits is sent as soon as they go on.",
  resume: "Resume deliveries",
  resumeTitle: "Resume all deliveries?",
  resumeText:
    "Everything that has waited is sent, the longest due first, with as many requests at once as each endpoint takes.",
  rate: "At most, per second",
  rateHint:
    "For all nodes and all organizations together, so that it does not come out as a flood. It stays until you lift it.",
  resumed: "Deliveries go on.",
  resumedWith: (rate: string) => `Deliveries go on, at most ${rate} a second.`,
  pause: "Pause all deliveries",
  pauseTitle: "Pause all deliveries of all organizations?",
  pauseText:
    "No node starts a request until somebody resumes. Events are accepted as ever, requests under way end, and waiting spends no attempt. Customers see a line that says so.",
  reason: "Reason",
  reasonHint: "For operators alone; customers do not see it.",
  paused: "All deliveries are paused.",
} as const;
