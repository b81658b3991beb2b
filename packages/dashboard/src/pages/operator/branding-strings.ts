/** What the panel about the product's name and look says. */
export const strings = {
  title: "Name, look and help",
  text: "On every page of your customers: sign-in, navigation, portal, notices, errors, the browser's tab.",
  fields: {
    productName: "Product name",
    supportContact: "Support contact",
    docsUrl: "Documentation",
    accentLight: "Accent colour, light theme",
    accentDark: "Accent colour, dark theme",
  },
  hints: {
    productName: "As your customers know it.",
    supportContact:
      "An e-mail address, or the URL of a page. Notices and errors send people there.",
    docsUrl: "Of your own. Without one: the pages that are made from the profile.",
    accentLight: "Of buttons and links, such as #7a1fa2. Without one: the product's own.",
    accentDark: "A lighter one, which can be read on a dark page.",
  },
  pick: (field: string) => `Pick: ${field}`,
  logo: "Logo",
  logoHint: "PNG, WebP or SVG, 64 kB at most. It has to be seen on light and on dark.",
  removeLogo: "Remove logo",
  preview: "Preview of the portal",
  previewText: "As it would be with what stands above.",
  previewPages: ["Webhooks", "Deliveries", "API keys"],
  previewBack: "Back to shop.example",
  previewAdd: "Add endpoint",
  previewEndpoint: "https://shop.example/hooks",
  previewLink: "What is sent",
  themes: { light: "Light theme", dark: "Dark theme" },
  save: "Save changes",
  saved: "Saved. It is on every page that is opened from now on.",
} as const;
