import type { UntoldDeprecation } from "../store/deprecation-notices.ts";
import type { AlertMail } from "./alert.ts";
import { nameOf } from "./wording.ts";

const NAMED_MAX = 10;

/** What owners read when an event type is deprecated that their webhooks name. */
export function deprecationMail(notice: UntoldDeprecation, publicUrl: string): AlertMail {
  const { type, text, organizationName, endpoints } = notice;
  const heading = `Event type deprecated: ${type}`;
  const names = endpoints.slice(0, NAMED_MAX).map(nameOf);
  const more = endpoints.length - names.length;
  const list = more > 0 ? [...names, `and ${more} more`] : names;
  const path = `/settings/integrations/webhooks?${new URLSearchParams({ event: type })}`;
  return {
    subject: `[Posthorn] ${heading}`,
    content: {
      heading,
      paragraphs: [
        text,
        "It is sent as before. Change what receives it, then ask for other event types.",
        `Organization: ${organizationName}\nWebhooks: ${list.join(", ")}`,
      ],
      button: { label: "Review the webhooks", url: `${publicUrl}${path}` },
      footer: "Owners and admins get this once for each event type that their webhooks name.",
    },
  };
}
