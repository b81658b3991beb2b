import type { Sql } from "../db/pool.ts";
import { asId, type Id, type OrganizationId } from "../domain/id.ts";
import { isMailAddress } from "../domain/mail-address.ts";
import { MAIL_SUBJECT_LENGTH_MAX } from "../limits.ts";
import { assert } from "../platform/assert.ts";
import { newUuid } from "../platform/random.ts";
import { insertMail } from "../store/mails.ts";
import type { MailBodies } from "./body.ts";
import { composeHtml, composeText, type MailContent } from "./compose.ts";

/** A mail that somebody is to get. */
export interface MailOrder {
  /** What it is about, one word: `alert`, `test`. */
  readonly kind: string;
  /** Null when it concerns the installation. */
  readonly organizationId: OrganizationId | null;
  /** One checked address: several people do not see one another, and one refusal is nobody else's. */
  readonly to: string;
  readonly subject: string;
  readonly content: MailContent;
  /** Two orders with the same key make one mail; null for none. */
  readonly dedupeKey: string | null;
}

/**
 * Queues a mail in the caller's transaction: it exists exactly when what it tells of does. Answers its id, or undefined
 * when one with the key is there already.
 */
export async function enqueueMail(
  tx: Sql,
  bodies: MailBodies,
  order: MailOrder,
): Promise<Id<"mail"> | undefined> {
  const { kind, organizationId, to, subject, content, dedupeKey } = order;
  assert(isMailAddress(to), "mails go to checked addresses");
  const id = asId<"mail">(newUuid());
  const isNew = await insertMail(tx, {
    id,
    kind,
    organizationId,
    to,
    subject: oneLine(subject),
    bodySealed: bodies.seal(id, {
      text: composeText(content),
      html: composeHtml(content),
      link: content.button?.url ?? null,
    }),
    dedupeKey,
  });
  return isNew ? id : undefined;
}

/** A line break in a name must not begin another header. */
function oneLine(subject: string): string {
  const line = subject.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, " ").trim();
  return line.length <= MAIL_SUBJECT_LENGTH_MAX
    ? line
    : `${line.slice(0, MAIL_SUBJECT_LENGTH_MAX - 1).toWellFormed()}…`;
}
