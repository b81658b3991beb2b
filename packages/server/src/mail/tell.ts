import type { Pool, Sql } from "../db/pool.ts";
import { formatId } from "../domain/id.ts";
import { alertRecipients, canMail } from "../domain/mail.ts";
import {
  ALERT_MAIL_ENDPOINTS_MAX,
  ALERT_MAIL_EVERY_MS,
  MAILS_QUEUED_MAX,
  NOTICES_BUSY_MS,
  NOTICES_EVERY_MS,
} from "../limits.ts";
import type { Config } from "../config.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/log.ts";
import { startLoop, type Loop } from "../platform/loop.ts";
import { listAlerts, markNoticesTold, type Alert } from "../store/alerts.ts";
import { listUntoldDeprecations, type UntoldDeprecation } from "../store/deprecation-notices.ts";
import { listUntoldEndings, type UntoldEnding } from "../store/ending-notices.ts";
import { countQueuedMails } from "../store/mails.ts";
import { tryLockNotices, type ToldHow } from "../store/notices.ts";
import { alertMail, isNews, type AlertMail } from "./alert.ts";
import type { MailBodies } from "./body.ts";
import { deprecationMail } from "./deprecation.ts";
import { endingMail } from "./ending.ts";
import { enqueueMail } from "./enqueue.ts";

export interface TellerOptions {
  readonly sql: Pool;
  readonly clock: Clock;
  readonly log: Logger;
  readonly config: Pick<Config, "mode" | "smtpUrl" | "publicUrl">;
  readonly bodies: MailBodies;
  /** Mails were queued. */
  readonly onQueued: () => void;
}

/**
 * Writes to owners about their notices, grouped by endpoint: the first mail at once, then at most one an hour with what
 * has come together; of secrets and keys that end, and of deprecated event types, one each. Queueing the mails and noting
 * that people were told is one transaction.
 */
export function startTeller(options: TellerOptions): Loop {
  const { sql, clock, log } = options;
  async function step(): Promise<number | void> {
    let mails = 0;
    let endpoints = 0;
    let single = 0;
    let isBusy = false;
    await sql.begin(async (tx) => {
      isBusy = !(await tryLockNotices(tx));
      if (isBusy) return;
      // Behind a mail server that is away notices wait as notices, which take in what follows.
      if ((await countQueuedMails(tx, MAILS_QUEUED_MAX)) >= MAILS_QUEUED_MAX) return;
      const bounds = { everyMs: ALERT_MAIL_EVERY_MS, limit: ALERT_MAIL_ENDPOINTS_MAX };
      const alerts = await listAlerts(tx, bounds);
      endpoints = alerts.length;
      for (const alert of alerts) mails += await tellOwners(options, tx, alert);
      const ending = await listUntoldEndings(tx, ALERT_MAIL_ENDPOINTS_MAX);
      const deprecated = await listUntoldDeprecations(tx, ALERT_MAIL_ENDPOINTS_MAX);
      single = ending.length + deprecated.length;
      for (const each of ending) mails += await tellEnding(options, tx, each);
      for (const each of deprecated) mails += await tellDeprecated(options, tx, each);
    });
    if (isBusy) return NOTICES_BUSY_MS;
    if (mails > 0) options.onQueued();
    return Math.max(endpoints, single) >= ALERT_MAIL_ENDPOINTS_MAX ? 0 : undefined;
  }
  return startLoop({ name: "alerts", clock, log, pauseMs: NOTICES_EVERY_MS, step });
}

/** Answers how many mails it queued. */
async function tellOwners(options: TellerOptions, tx: Sql, alert: Alert): Promise<number> {
  const { config } = options;
  const recipients = alertRecipients(alert);
  const how = howTold(config, recipients);
  const news = alert.notices.filter(isNews);
  const isWritten = how === "mail" && news.length > 0;
  if (isWritten) await writeTo(options, tx, { alert, recipients });
  if (news.length > 0) {
    const told = { how, recipientCount: isWritten ? recipients.length : 0 };
    await markNoticesTold(tx, idsOf(news), told);
  }
  const over = alert.notices.filter((notice) => !isNews(notice));
  if (over.length > 0) await markNoticesTold(tx, idsOf(over), { how: "over", recipientCount: 0 });
  return isWritten ? recipients.length : 0;
}

/** One mail for each ending, beside the hourly ones: who rolls a secret must not miss its end over other trouble. */
function tellEnding(options: TellerOptions, tx: Sql, ending: UntoldEnding): Promise<number> {
  const mail = endingMail(ending, options.config.publicUrl);
  const key = `ending ${ending.id} ${ending.noticedAt.getTime()}`;
  return tellOne(options, tx, { notice: ending, recipients: alertRecipients(ending), mail, key });
}

/** To the owners and admins alone: it is about what they build, and no trouble with one endpoint. */
function tellDeprecated(
  options: TellerOptions,
  tx: Sql,
  notice: UntoldDeprecation,
): Promise<number> {
  const mail = deprecationMail(notice, options.config.publicUrl);
  const recipients = alertRecipients({ alertEmails: [], people: notice.people });
  return tellOne(options, tx, { notice, recipients, mail, key: `deprecated ${notice.id}` });
}

async function tellOne(
  { config, bodies }: TellerOptions,
  tx: Sql,
  told: {
    readonly notice: Pick<UntoldEnding, "id" | "organizationId">;
    readonly recipients: readonly string[];
    readonly mail: AlertMail;
    /** The same again for the same address: the mail is there already. */
    readonly key: string;
  },
): Promise<number> {
  const { notice, recipients, mail, key } = told;
  const { id, organizationId } = notice;
  const how = howTold(config, recipients);
  const recipientCount = how === "mail" ? recipients.length : 0;
  for (const to of recipients.slice(0, recipientCount)) {
    const dedupeKey = `${key} ${to}`;
    await enqueueMail(tx, bodies, { kind: "alert", organizationId, to, ...mail, dedupeKey });
  }
  await markNoticesTold(tx, [id], { how, recipientCount });
  return recipientCount;
}

function howTold(config: TellerOptions["config"], recipients: readonly string[]): ToldHow {
  if (!canMail(config)) return "mail_not_configured";
  return recipients.length === 0 ? "no_recipients" : "mail";
}

async function writeTo(
  { config, log, bodies }: TellerOptions,
  tx: Sql,
  { alert, recipients }: { readonly alert: Alert; readonly recipients: readonly string[] },
): Promise<void> {
  const { organizationId, endpointId, notices } = alert;
  const mail = alertMail(alert, config.publicUrl);
  const state = notices.map(({ id, deliveryCount }) => `${id}.${deliveryCount}`).join();
  for (const to of recipients) {
    const dedupeKey = `alert ${state} ${to}`;
    await enqueueMail(tx, bodies, { kind: "alert", organizationId, to, ...mail, dedupeKey });
  }
  const fields = { endpointId: formatId("ep", endpointId), recipients: recipients.length };
  log.info({ event: "alert.queued", ...fields });
}

function idsOf(notices: Alert["notices"]) {
  return notices.map(({ id }) => id);
}
