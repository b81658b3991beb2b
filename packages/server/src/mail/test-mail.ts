import type { Sql } from "../db/pool.ts";
import type { Config } from "../config.ts";
import { ApiError } from "../errors.ts";
import { MAILS_QUEUED_MAX } from "../limits.ts";
import { assert } from "../platform/assert.ts";
import { countQueuedMails, findMail, type MailRow } from "../store/mails.ts";
import { requireMail } from "./account-mails.ts";
import type { MailBodies } from "./body.ts";
import { enqueueMail } from "./enqueue.ts";

/** Queues a mail that says that mails arrive. Throws `mail_not_configured` or `overloaded`. */
export async function queueTestMail(
  services: { readonly sql: Sql; readonly config: Config; readonly mailBodies: MailBodies },
  to: string,
): Promise<MailRow> {
  const { sql, config, mailBodies } = services;
  requireMail(config);
  if ((await countQueuedMails(sql, MAILS_QUEUED_MAX)) >= MAILS_QUEUED_MAX) {
    throw new ApiError("overloaded", { detail: "Too many mails wait for the mail server." });
  }
  const content = {
    heading: "Mails from Posthorn arrive",
    paragraphs: [`This is a test of the mail server that ${config.publicUrl} was given.`],
    button: { label: "Open Posthorn", url: config.publicUrl },
    footer: "You get this because the operator asked for a test. Nothing else will follow from it.",
  };
  const subject = `[Posthorn] ${content.heading}`;
  const order = { kind: "test", organizationId: null, to, subject, content, dedupeKey: null };
  const id = await enqueueMail(sql, mailBodies, order);
  assert(id, "without a key every mail is a new one");
  const mail = await findMail(sql, id);
  assert(mail, "a mail that was just queued is there");
  return mail;
}
