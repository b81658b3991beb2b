import type { AttemptError, AttemptOutcome } from "../../domain/outcome.ts";

/**
 * What a final status line (200 to 599) means for the attempt. The body has no say: the receiver
 * has decided.
 */
export function verdictOf(answer: {
  readonly status: number;
  /** The Location header, or null. */
  readonly location: string | null;
  /** The origin that was asked, to read a relative Location against. */
  readonly origin: string;
}): { readonly outcome: AttemptOutcome; readonly error: AttemptError | null } {
  const { status } = answer;
  if (status < 300) return { outcome: "delivered", error: null };
  if (status < 400) {
    const message = `${answered(status)}${pointing(answer)} Redirects are not followed.`;
    return { outcome: "redirect", error: { code: "redirect", message } };
  }
  return { outcome: "http_error", error: { code: httpCode(status), message: answered(status) } };
}

/** Host and nothing more: the path and query of a redirect often carry tokens. */
function pointing({ location, origin }: { location: string | null; origin: string }): string {
  const host = location === null ? undefined : URL.parse(location, origin)?.host;
  return host ? ` It pointed to ${host}.` : "";
}

function httpCode(status: number): string {
  if (status === 410) return "gone";
  return status < 500 ? "http_4xx" : "http_5xx";
}

function answered(status: number): string {
  return `The endpoint answered ${status}.`;
}
