import { ALERT_RECIPIENTS_MAX } from "../limits.ts";
import { distinctAddresses, isMailAddress } from "./mail-address.ts";

/** A person of an organization, as far as mails are concerned. */
export interface Person {
  readonly address: string;
  /** In the organization: `owner`, `admin`, `manager` or `member`. */
  readonly role: string;
}

const ALERTED_ROLES = ["owner", "admin"];

/** Who hears of trouble with an endpoint: its own addresses, else the owners and admins of its organization. */
export function alertRecipients(known: {
  readonly alertEmails: readonly string[];
  readonly people: readonly Person[];
}): string[] {
  if (known.alertEmails.length > 0) return distinctAddresses(known.alertEmails);
  const alerted = known.people.filter(({ role }) => ALERTED_ROLES.includes(role));
  // Whatever sign-in lets pass: an address that no mail can go to must not keep the others from theirs.
  const addresses = alerted.map(({ address }) => address).filter(isMailAddress);
  return distinctAddresses(addresses).slice(0, ALERT_RECIPIENTS_MAX);
}

/** Whether mails get anywhere: without a mail server, development mode shows them and production refuses. */
export function canMail(config: {
  readonly mode: "development" | "production";
  readonly smtpUrl: string | undefined;
}): boolean {
  return config.mode === "development" || config.smtpUrl !== undefined;
}

/**
 * The pause before the next attempt: doubles from `minMs` to `maxMs`, whatever the reason was. `attempts` counts those
 * that have been made.
 */
export function mailRetryMs(
  attempts: number,
  bounds: { readonly minMs: number; readonly maxMs: number },
): number {
  return Math.min(bounds.minMs * 2 ** Math.min(attempts - 1, 20), bounds.maxMs);
}
