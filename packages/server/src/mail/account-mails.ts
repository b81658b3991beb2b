/** Mails that lead a person to an account: they carry a link that works once, and nothing else of worth. */
import type { Config } from "../config.ts";
import type { Sql } from "../db/pool.ts";
import type { OrganizationId } from "../domain/id.ts";
import { canMail } from "../domain/mail.ts";
import { ApiError } from "../errors.ts";
import { enqueueMail } from "./enqueue.ts";

/** Throws `mail_not_configured` where nobody could be written to. */
export function requireMail(config: Config): void {
  if (!canMail(config)) throw new ApiError("mail_not_configured");
}

export async function queueInvitation(
  tx: Sql,
  { publicUrl }: Pick<Config, "publicUrl">,
  invitation: {
    readonly to: string;
    readonly organization: { readonly id: OrganizationId; readonly name: string };
    readonly role: string;
    readonly token: string;
  },
): Promise<void> {
  const { to, organization, role, token } = invitation;
  const heading = `You are invited to ${organization.name}`;
  await enqueueMail(tx, {
    kind: "invitation",
    organizationId: organization.id,
    to,
    subject: `[Posthorn] ${heading}`,
    content: {
      heading,
      paragraphs: [
        `Somebody of ${organization.name} has invited you as ${role}. The link works once, for seven days.`,
      ],
      button: { label: "Accept the invitation", url: `${publicUrl}/invitation?token=${token}` },
      footer: "Did you not expect this? Then do nothing: without the link nobody comes in.",
    },
    dedupeKey: null,
  });
}

export async function queueReset(
  tx: Sql,
  { publicUrl }: Pick<Config, "publicUrl">,
  reset: { readonly to: string; readonly token: string; readonly isFirst: boolean },
): Promise<void> {
  const { to, token, isFirst } = reset;
  const heading = isFirst ? "Choose your password" : "Choose a new password";
  await enqueueMail(tx, {
    kind: "reset",
    organizationId: null,
    to,
    subject: `[Posthorn] ${heading}`,
    content: {
      heading,
      paragraphs: [
        isFirst
          ? "An account was made for this address. The link works once, for an hour."
          : "Somebody asked for a new password for this address. The link works once, for an hour.",
      ],
      button: { label: heading, url: `${publicUrl}/reset?token=${token}` },
      footer: "Was it not you? Then do nothing: your password stays as it is.",
    },
    dedupeKey: null,
  });
}
