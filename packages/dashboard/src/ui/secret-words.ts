/** What the dialog with a secret says. */
export const secretWords = {
  title: (noun: string) => `Save your ${noun}`,
  titleAgain: (noun: string) => `The ${noun}`,
  once: (noun: string) => `This is the only time the whole ${noun} is shown.`,
  secret: "Secret",
  show: "Show",
  hide: "Hide",
  copy: "Copy",
  copied: "Copied",
  snippet: "Snippet",
  useIt: "Ways to use it",
  copySnippet: (title: string) => `Copy for ${title}`,
  stored: (noun: string) => `I have stored this ${noun}`,
  done: "Done",
  leave: (noun: string) => `You will not see this ${noun} again.`,
  closeAnyway: "Close anyway",
  goBack: "Go back",
} as const;
