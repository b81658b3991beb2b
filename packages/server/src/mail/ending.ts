import { formatId } from "../domain/id.ts";
import type { UntoldEnding } from "../store/ending-notices.ts";
import type { AlertMail } from "./alert.ts";
import { nameOf, timeOf } from "./wording.ts";

/** What owners read about a secret or a key before it ends. */
export function endingMail(ending: UntoldEnding, publicUrl: string): AlertMail {
  const { subject, organizationName, description } = ending;
  const until = timeOf(ending.endsAt);
  if (subject.kind === "key.expiring") {
    const heading = `API key expires soon: ${description}`;
    return {
      subject: `[Posthorn] ${heading}`,
      content: {
        heading,
        paragraphs: [
          `It expires on ${until}. From then on programs that use it are answered 401. Roll it, or give it more time.`,
          `Organization: ${organizationName}\nAPI key: ${description}`,
        ],
        button: {
          label: "Review the key",
          url: `${publicUrl}/settings/integrations/api/${formatId("key", subject.keyId)}`,
        },
        footer:
          "Owners and admins get this a week and a day before a key of their organization expires.",
      },
    };
  }
  const name = nameOf({ description, url: subject.url });
  const heading = `Old signing secret ends soon: ${name}`;
  const url = `${publicUrl}/settings/integrations/webhooks/${formatId("ep", subject.endpointId)}`;
  return {
    subject: `[Posthorn] ${heading}`,
    content: {
      heading,
      paragraphs: [
        `Its secret was rolled, and the old one ends on ${until}. A receiver that still checks with the old one then refuses every delivery: give it the new one before, or let the old one live longer.`,
        `Organization: ${organizationName}\nWebhook: ${name}`,
      ],
      button: { label: "Review the webhook", url },
      footer: `You get this because this address hears of trouble with the webhook. Its alert addresses are a setting of the webhook: ${url}`,
    },
  };
}
