import { formatId } from "../domain/id.ts";
import type { Alert, UntoldNotice } from "../store/alerts.ts";
import type { MailContent } from "./compose.ts";
import { nameOf, timeOf } from "./wording.ts";

/** What owners read about their endpoint. */
export interface AlertMail {
  readonly subject: string;
  readonly content: MailContent;
}

/** The grouped mail about everything that the owners of an endpoint do not know yet. */
export function alertMail(alert: Alert, publicUrl: string): AlertMail {
  const url = `${publicUrl}/settings/integrations/webhooks/${formatId("ep", alert.endpointId)}`;
  const name = nameOf(alert);
  const news = alert.notices.filter(isNews).toSorted((a, b) => RANK[a.kind] - RANK[b.kind]);
  const [first] = news;
  const heading = first ? HEADINGS[first.kind](first, name) : `News of ${name}`;
  const since = news.map(sentence);
  const more = `Organization: ${alert.organizationName}\nWebhook: ${name}`;
  return {
    subject: `[Posthorn] ${heading}`,
    content: {
      heading,
      paragraphs: [...since, more],
      button: { label: "Review and replay", url },
      footer:
        "You get this because this address hears of trouble with the webhook, at most once an hour. " +
        `Its alert addresses are a setting of the webhook: ${url}`,
    },
  };
}

/** What was over before anybody was told is no reason to write; failed deliveries stay failed. */
export function isNews({ kind, isResolved }: UntoldNotice): boolean {
  return kind === "delivery.exhausted" || !isResolved;
}

/** The worst first: it makes the subject. */
const RANK = { "endpoint.disabled": 0, "delivery.exhausted": 1, "endpoint.failing": 2 } as const;

const HEADINGS = {
  "endpoint.disabled": (_notice: UntoldNotice, name: string) => `Webhook disabled: ${name}`,
  "delivery.exhausted": ({ newCount }: UntoldNotice, name: string) =>
    `${newCount === 1 ? "1 delivery" : `${newCount} deliveries`} failed: ${name}`,
  "endpoint.failing": (_notice: UntoldNotice, name: string) => `Webhook is failing: ${name}`,
} as const;

function sentence(notice: UntoldNotice): string {
  const { kind, newCount, deliveryCount, firstAt, reason } = notice;
  const since = timeOf(firstAt);
  switch (kind) {
    case "endpoint.disabled":
      return `It was disabled on ${since}: ${REASONS[reason ?? ""] ?? "the reason is not known"}. Its deliveries wait until it is enabled.`;
    case "delivery.exhausted": {
      const all =
        deliveryCount > newCount ? ` (${deliveryCount} since ${since})` : ` since ${since}`;
      const are = newCount === 1 ? "1 delivery has" : `${newCount} deliveries have`;
      return `${are} used up all attempts${all}.${causeOf(notice)}`;
    }
    case "endpoint.failing":
      return `It has answered nothing but failures since ${since}.${causeOf(notice)} Deliveries are retried on the schedule.`;
    default:
      return kind satisfies never;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  gone: "it answered 410 Gone",
  failing: "nothing had arrived for days",
  person: "somebody switched it off",
};

const CAUSES: Readonly<Record<string, string>> = {
  http_error: "it answered with an error",
  redirect: "it answered with a redirect, which is not followed",
  timeout: "it did not answer in time",
  connection_error: "it could not be connected to",
  tls_error: "its certificate or TLS was refused",
  dns_error: "its name could not be resolved",
  address_not_allowed: "its address may not be called",
  invalid_response: "its answer was not valid HTTP",
  lost: "the attempt was interrupted on our side",
};

function causeOf({ lastOutcome, lastStatus }: UntoldNotice): string {
  const cause = lastOutcome === null ? undefined : CAUSES[lastOutcome];
  if (cause === undefined) return "";
  return ` The latest cause: ${cause}${lastStatus === null ? "" : ` (HTTP ${lastStatus})`}.`;
}
