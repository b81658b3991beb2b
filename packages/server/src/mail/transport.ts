import { readFileSync } from "node:fs";
import { rootCertificates } from "node:tls";
import { createTransport, type SMTPTransportOptions } from "nodemailer";
import type { Config } from "../config.ts";
import { formatId } from "../domain/id.ts";
import { parseMailbox } from "../domain/mail-address.ts";
import { MAIL_CONNECT_MS_MAX, MAIL_ERROR_LENGTH_MAX, MAIL_SILENCE_MS_MAX } from "../limits.ts";
import { assert } from "../platform/assert.ts";
import type { MailBody } from "./body.ts";
import type { MailRow } from "../store/mails.ts";

/** `refused`: the server will not take this mail, ever. `failed`: the server or the way to it is in trouble. */
export type MailOutcome =
  | { readonly kind: "sent" }
  | { readonly kind: "refused" | "failed"; readonly error: string };

/** Hands mails to the mail server; a remote failure is a value, never an exception. */
export interface MailTransport {
  send(
    mail: Pick<MailRow, "id" | "to" | "subject"> & Pick<MailBody, "text" | "html">,
  ): Promise<MailOutcome>;
}

export type TransportConfig = Pick<Config, "smtpUrl" | "mailFrom" | "extraCaFile">;

/** Undefined without a mail server. */
export function createMailTransport(config: TransportConfig): MailTransport | undefined {
  if (config.smtpUrl === undefined) return undefined;
  const transport = createTransport(readServer(config.smtpUrl, config.extraCaFile));
  const from = parseMailbox(config.mailFrom);
  assert(from, "the sender was checked at start");
  const host = from.address.slice(from.address.lastIndexOf("@") + 1);
  return {
    async send({ id, to, subject, text, html }) {
      try {
        await transport.sendMail({
          from,
          // As an object: an address is never read as a list of them.
          to: { name: "", address: to },
          subject,
          text,
          html,
          // The same for every attempt, so that a mail that arrives twice can be recognised.
          messageId: `<${formatId("mail", id)}@${host}>`,
          headers: { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" },
          disableFileAccess: true,
          disableUrlAccess: true,
        });
        return { kind: "sent" };
      } catch (error) {
        return outcomeOf(error);
      }
    },
  };
}

const LOOPBACK = ["localhost", "127.0.0.1", "::1"];

function readServer(smtpUrl: string, extraCaFile: string | undefined): SMTPTransportOptions {
  const url = new URL(smtpUrl);
  const secure = url.protocol === "smtps:";
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const hasCredentials = url.username !== "" || url.password !== "";
  const user = decodeURIComponent(url.username);
  const pass = decodeURIComponent(url.password);
  const ca = extraCaFile && [...rootCertificates, readFileSync(extraCaFile, "utf8")];
  return {
    host,
    secure,
    ...(url.port === "" ? {} : { port: Number(url.port) }),
    ...(hasCredentials ? { auth: { user, pass } } : {}),
    // A password never crosses a network in the clear, whatever the server offers.
    requireTLS: !secure && hasCredentials && !LOOPBACK.includes(host),
    ...(ca ? { tls: { ca } } : {}),
    connectionTimeout: MAIL_CONNECT_MS_MAX,
    greetingTimeout: MAIL_CONNECT_MS_MAX,
    dnsTimeout: MAIL_CONNECT_MS_MAX,
    socketTimeout: MAIL_SILENCE_MS_MAX,
  };
}

/**
 * RFC 5321, 4.2.1: a 5xx to the recipient or the message is final. What goes wrong before that (name, connection, TLS,
 * login) says nothing about the mail.
 */
function outcomeOf(error: unknown): MailOutcome {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const status =
    error instanceof Error && "responseCode" in error ? Number(error.responseCode) : undefined;
  const isFinal =
    (code === "EENVELOPE" || code === "EMESSAGE") && status !== undefined && status >= 500;
  return { kind: isFinal ? "refused" : "failed", error: sentenceOf(error, code) };
}

/** What servers say is not ours: no line breaks, and an end. */
function sentenceOf(error: unknown, code: string): string {
  const message = error instanceof Error ? error.message : String(error);
  const line = `${code} ${message}`.replace(/[\p{C}\s]+/gu, " ").trim();
  return line.toWellFormed().slice(0, MAIL_ERROR_LENGTH_MAX);
}
