/** What the page for command lines says. */
export const strings = {
  title: "Sign in a command line",
  text: "Type the code that your terminal shows. It then acts as you, until you end its session.",
  code: "Code",
  look: "Continue",
  asks: (name: string) => `“${name}” wants to act as you.`,
  from: (address: string) => `Asked from ${address}`,
  warning: "Approve it only if you have just started posthorn login yourself.",
  approve: "Approve",
  deny: "Refuse",
  approved: "Done. Go back to your terminal.",
  denied: "Refused. The command line was told so.",
} as const;
