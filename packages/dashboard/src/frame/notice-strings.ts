/** The four notices that stand in the place of a page which is not open to somebody. */
import type { Me } from "../session.ts";

export interface NoticeText {
  readonly title: string;
  readonly text: readonly [before: string, strong: string, after: string];
}

const PAGES: Readonly<Record<string, string>> = {
  hub: "Connections",
  connections: "Connections",
  keys: "API keys",
  webhooks: "Webhooks",
};

/** "enterprise" → "Enterprise". */
export function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

export function staffText(organization: string): NoticeText {
  return {
    title: "Integrations are managed by your workspace team",
    text: [
      "Your role in ",
      organization,
      " is Staff. Ask a workspace admin or manager if you need a connection, a webhook or an API key.",
    ],
  };
}

export const adminText: NoticeText = {
  title: "Only workspace administrators manage API keys",
  text: ["You can still use Connections and Webhooks.", "", ""],
};

/** Of the pages about the organization itself. */
export const ownersText: NoticeText = {
  title: "Only owners and admins manage people and see the audit log",
  text: ["Ask one of them if somebody should be added, or something looked up.", "", ""],
};

export function planText(area: string, me: Me, required: string | null): NoticeText {
  const place = me.organization;
  const plan = capital(required ?? "enterprise");
  return {
    title: `${PAGES[area] ?? "Integrations"} are part of ${plan}`,
    text: [
      "",
      place?.name ?? "",
      ` is on ${capital(place?.plan ?? "no plan")}. ${plan} unlocks native connections, tenant API keys and signed webhooks.`,
    ],
  };
}

export function memberText(me: Me): NoticeText {
  const place = me.organization;
  return {
    title: "We could not confirm your role in this organization",
    text: [
      `Your account says ${capital(place?.role ?? "nothing")}, but `,
      place?.name ?? "",
      " has no membership for you with that role. An owner or admin can add it.",
    ],
  };
}

export const noticeButtons = {
  who: "See who can help",
  whoTitle: "Who can help",
  whoNobody: "No admins are listed for this organization.",
  docs: "Documentation",
  support: "Contact support",
  webhooks: "Go to Webhooks",
  plans: "View plans",
  upgrade: "Upgrade",
  askUpgrade: "Ask an admin to upgrade",
  askCopied: "Message",
  askDone: "Message copied: send it to an admin",
  users: "Open Settings → Users",
  again: "Check again",
  upgradeMessage: (organization: string, plan: string) =>
    `Hello, could you move ${organization} to the ${plan} plan? I need it for Integrations.`,
} as const;
