import * as z from "zod";
import { formatId, parseId } from "../domain/id.ts";
import { isMailAddress } from "../domain/mail-address.ts";
import { ApiError } from "../errors.ts";
import type { MailBody } from "../mail/body.ts";
import { queueTestMail } from "../mail/test-mail.ts";
import { findMail, listMails, MAIL_STATES, type MailRow } from "../store/mails.ts";
import { pageBounds, pageReply } from "./page.ts";
import { route, type Route } from "./route.ts";
import { idBeginning, pageOf, pageParameters, pathId, timestamp } from "./schemas.ts";
import type { Services } from "./services.ts";
import { failWith } from "./validate.ts";

const mailObject = z
  .object({
    id: z.string(),
    /** What it is about: `alert`, `test`. */
    kind: z.string(),
    organizationId: z.string().nullable(),
    to: z.string(),
    subject: z.string(),
    /** `kept`: in development without a mail server it is shown here instead of being sent. */
    state: z.enum(MAIL_STATES),
    attempts: z.int(),
    /** What the mail server or the way to it said last. */
    lastError: z.string().nullable(),
    /** Where a kept mail would have led. */
    link: z.string().nullable(),
    createdAt: timestamp,
    finishedAt: timestamp.nullable(),
  })
  .meta({ id: "Mail" });

const mailWithBody = mailObject.extend({
  /** Of a kept mail; what is really sent is for its reader alone. */
  text: z.string().nullable(),
  html: z.string().nullable(),
});

const { limit, cursor, sort } = pageParameters;

const list = route({
  method: "GET",
  path: "/api/mails",
  action: "mails.read",
  audience: "operator",
  summary: "Lists mails, the newest first.",
  query: z.strictObject({
    id: idBeginning("mail"),
    limit,
    cursor,
    sort,
    state: z.enum(MAIL_STATES).optional(),
  }),
  status: 200,
  response: pageOf(mailObject),
  async handle({ services, query }) {
    const filter = query.state ?? null;
    const rows = await listMails(services.sql, filter, pageBounds(query, { mails: filter }));
    return {
      body: pageReply({ rows, query, filter: { mails: filter } }, (mail) =>
        showMail(services, mail),
      ),
    };
  },
});

const read = route({
  method: "GET",
  path: "/api/mails/:id",
  action: "mails.read",
  audience: "operator",
  summary: "Shows a mail; what it says only where it was kept instead of sent.",
  params: pathId,
  status: 200,
  response: mailWithBody,
  async handle({ services, params }) {
    const id = parseId("mail", params.id);
    const mail = id && (await findMail(services.sql, id));
    if (!mail) throw new ApiError("not_found");
    const { text = null, html = null } = keptBody(services, mail) ?? {};
    return { body: { ...showMail(services, mail), text, html } };
  },
});

const test = route({
  method: "POST",
  path: "/api/mails/test",
  action: "mails.test",
  audience: "operator",
  summary: "Queues a test mail; its state tells whether the mail server took it.",
  body: z.strictObject({
    to: z.string().refine(isMailAddress, failWith("mail_address_invalid")),
  }),
  status: 202,
  response: mailObject,
  async handle({ services, body }) {
    const mail = await queueTestMail(services, body.to);
    services.mailer.send();
    const shown = showMail(services, mail);
    return { body: shown, headers: { location: `/api/mails/${shown.id}` } };
  },
});

export const mailRoutes: readonly Route[] = [list, test, read];

/** Null for a mail that is really sent. */
function keptBody({ mailBodies }: Pick<Services, "mailBodies">, mail: MailRow): MailBody | null {
  return mail.state === "kept" ? mailBodies.open(mail) : null;
}

function showMail(
  services: Pick<Services, "mailBodies">,
  mail: MailRow,
): z.output<typeof mailObject> {
  return {
    id: formatId("mail", mail.id),
    kind: mail.kind,
    organizationId: mail.organizationId && formatId("org", mail.organizationId),
    to: mail.to,
    subject: mail.subject,
    state: mail.state,
    attempts: mail.attempts,
    lastError: mail.lastError,
    link: keptBody(services, mail)?.link ?? null,
    createdAt: mail.createdAt.toISOString(),
    finishedAt: mail.finishedAt?.toISOString() ?? null,
  };
}
