/** Mails that lead a person to an account: they carry a link that works once, and nothing else of worth. */
import type { Config } from "../config.ts";
import type { Sql } from "../db/pool.ts";
import type { OrganizationId } from "../domain/id.ts";
import { canMail } from "../domain/mail.ts";
import { ApiError } from "../errors.ts";
import type { MailBodies } from "./body.ts";
import { enqueueMail } from "./enqueue.ts";

/** What it takes to write a mail. */
export interface Writer {
  readonly config: Pick<Config, "publicUrl">;
  readonly mailBodies: MailBodies;
}

/** Throws `mail_not_configured` where nobody could be written to. */
export function requireMail(config: Config): void {
  if (!canMail(config)) throw new ApiError("mail_not_configured");
}

export async function queueInvitation(
  tx: Sql,
  { config: { publicUrl }, mailBodies }: Writer,
  invitation: {
    readonly to: string;
    readonly organization: { readonly id: OrganizationId; readonly name: string };
    readonly role: string;
    readonly token: string;
  },
): Promise<void> {
  const { to, organization, role, token } = invitation;
  const heading = `You are invited to ${organization.name}`;
  await enqueueMail(tx, mailBodies, {
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
  { config: { publicUrl }, mailBodies }: Writer,
  reset: { readonly to: string; readonly token: string; readonly isFirst: boolean },
): Promise<void> {
  const { to, token, isFirst } = reset;
  const heading = isFirst ? "Choose your password" : "Choose a new password";
  await enqueueMail(tx, mailBodies, {
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

/** To the new address: the link that makes it theirs. */
export async function queueEmailLink(
  tx: Sql,
  { config: { publicUrl }, mailBodies }: Writer,
  { to, token }: { readonly to: string; readonly token: string },
): Promise<void> {
  const heading = "Confirm your new address";
  await enqueueMail(tx, mailBodies, {
    kind: "email",
    organizationId: null,
    to,
    subject: `[Posthorn] ${heading}`,
    content: {
      heading,
      paragraphs: [
        "Somebody wants to sign in with this address from now on. The link works once, for an hour.",
      ],
      button: { label: "Confirm the address", url: `${publicUrl}/confirm-email?token=${token}` },
      footer: "Was it not you? Then do nothing: the account keeps the address that it has.",
    },
    dedupeKey: null,
  });
}

const EMAIL_NEWS = {
  asked: {
    heading: "Somebody wants to change your address",
    text: "Another mail address was given for your account, and a link was sent to it. Until it is used nothing changes.",
  },
  changed: {
    heading: "Your address was changed",
    text: "Your account has another mail address now, with which you sign in. This one gets no more mails about it.",
  },
} as const;

/** To the old address, which would be the last to know if somebody had taken over the account. */
export async function queueEmailNews(
  tx: Sql,
  { config: { publicUrl }, mailBodies }: Writer,
  { to, what }: { readonly to: string; readonly what: keyof typeof EMAIL_NEWS },
): Promise<void> {
  const { heading, text } = EMAIL_NEWS[what];
  await enqueueMail(tx, mailBodies, {
    kind: "email",
    organizationId: null,
    to,
    subject: `[Posthorn] ${heading}`,
    content: {
      heading,
      paragraphs: [text],
      button: { label: "Open your account", url: `${publicUrl}/settings/account` },
      footer:
        "Was it not you? Choose a new password at once, which ends all other sessions and open links, or tell whoever runs Posthorn for you.",
    },
    dedupeKey: null,
  });
}
