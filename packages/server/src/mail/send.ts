import type { Sql } from "../db/pool.ts";
import { formatId } from "../domain/id.ts";
import { mailRetryMs } from "../domain/mail.ts";
import {
  MAIL_EVERY_MS,
  MAIL_GIVEN_UP_AFTER_HOURS,
  MAIL_LEASE_MS,
  MAIL_RETRY_MS_MAX,
  MAIL_RETRY_MS_MIN,
  MAILS_BATCH_MAX,
} from "../limits.ts";
import { assert } from "../platform/assert.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/log.ts";
import { startLoop, type Loop } from "../platform/loop.ts";
import {
  claimMail,
  failOldMails,
  markMailKept,
  markMailRefused,
  markMailSent,
  type MailRow,
} from "../store/mails.ts";
import type { MailBodies, MailBody } from "./body.ts";
import type { MailOutcome, MailTransport } from "./transport.ts";

export interface MailSenderOptions {
  readonly sql: Sql;
  readonly clock: Clock;
  readonly log: Logger;
  readonly bodies: MailBodies;
  /** Undefined without a mail server: then mails are kept, if this is a node in development. */
  readonly transport: MailTransport | undefined;
  readonly mode: "development" | "production";
}

/**
 * Works off the queue of mails. A mail belongs to the node that took it until its lease ends; a crash after the server
 * has taken it sends it again, with the same Message-ID.
 */
export function startMailSender(options: MailSenderOptions): Loop {
  const { sql, clock, log, bodies, transport, mode } = options;
  async function step(): Promise<number | void> {
    const old = await failOldMails(sql, MAIL_GIVEN_UP_AFTER_HOURS);
    if (old > 0)
      log.error({ event: "mail.given_up", count: old, hours: MAIL_GIVEN_UP_AFTER_HOURS });
    if (transport === undefined && mode === "production") return undefined;
    for (let count = 0; count < MAILS_BATCH_MAX; count++) {
      const mail = await claimMail(sql, MAIL_LEASE_MS);
      if (mail === undefined) return undefined;
      const body = bodies.open(mail);
      assert(body, "a mail that waits has a body");
      if (transport === undefined) await keep(options, mail, body);
      else await finish(options, mail, await transport.send({ ...mail, ...body }));
    }
    return 0;
  }
  return startLoop({ name: "mails", clock, log, pauseMs: MAIL_EVERY_MS, step });
}

/** Development: the log shows where the mail would have led. */
async function keep(
  { sql, log }: MailSenderOptions,
  mail: MailRow,
  { link }: MailBody,
): Promise<void> {
  await markMailKept(sql, mail.id);
  const { kind, to, subject } = mail;
  log.info({ event: "mail.kept", mailId: formatId("mail", mail.id), kind, to, subject, link });
}

async function finish(
  { sql, log }: MailSenderOptions,
  { id, kind, attempts }: MailRow,
  outcome: MailOutcome,
): Promise<void> {
  const fields = { mailId: formatId("mail", id), kind, attempts };
  if (outcome.kind === "sent") {
    await markMailSent(sql, id);
    log.info({ event: "mail.sent", ...fields });
    return;
  }
  const { error } = outcome;
  const bounds = { minMs: MAIL_RETRY_MS_MIN, maxMs: MAIL_RETRY_MS_MAX };
  const dueInMs = outcome.kind === "refused" ? null : mailRetryMs(attempts, bounds);
  await markMailRefused(sql, id, { error, dueInMs });
  log.error({ event: "mail.not_sent", ...fields, isFinal: dueInMs === null, reason: error });
}
