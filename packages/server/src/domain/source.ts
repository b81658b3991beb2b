/** Sources: who sends to them, and what the source of a provider that we do not know is told. */

/** Whose webhooks a source takes. `generic` is anybody who signs with an HMAC, and is told how. */
export const PROVIDERS = ["stripe", "twilio", "resend", "standard", "github", "generic"] as const;
export type Provider = (typeof PROVIDERS)[number];

/**
 * `paused` takes and verifies what arrives and makes no events of it before it goes on: nothing is lost. `disabled`
 * refuses.
 */
export const SOURCE_STATUSES = ["active", "paused", "disabled"] as const;
export type SourceStatus = (typeof SOURCE_STATUSES)[number];

/** Where something stands in a request: in a header, or in a JSON body under a pointer (RFC 6901). */
export type Place =
  | { readonly in: "header"; readonly name: string }
  | { readonly in: "body"; readonly pointer: string };

/** What the provider `generic` is told. */
export interface Scheme {
  /** In which header the signature stands. */
  readonly header: string;
  readonly algorithm: "sha256" | "sha1" | "sha512";
  readonly encoding: "hex" | "base64";
  /** What stands before the signature in its header, such as `sha256=`. */
  readonly prefix: string;
  readonly secretEncoding: "utf8" | "base64";
  /** What is signed: `{body}`, with `{timestamp}` and `{id}` where they are signed too. */
  readonly content: string;
  /** Needed for `{timestamp}`: whole seconds since the epoch. */
  readonly timestampHeader: string | null;
  /** How far the signed time may be from now. */
  readonly toleranceSeconds: number;
  /** Needed for `{id}`. */
  readonly idHeader: string | null;
  /** What a request is recognised by when it comes again; null: by its body. */
  readonly id: Place | null;
  /** Where the type stands. */
  readonly type: Place;
}

/** What people need to know to set a source up. */
export interface ProviderEntry {
  readonly id: Provider;
  readonly title: string;
  /** What it sends. */
  readonly description: string;
  /** What the secret is called where it is copied from. */
  readonly secretName: string;
  /** Whether a secret of our making can be entered at the provider. */
  readonly takesOurSecret: boolean;
  /** Where the URL is entered, and the secret found. */
  readonly setUp: string;
  readonly exampleType: string;
}

export const PROVIDER_ENTRIES: readonly ProviderEntry[] = Object.freeze([
  {
    id: "stripe",
    title: "Stripe",
    description: "Payments, subscriptions and everything else that happens in a Stripe account",
    secretName: "Signing secret",
    takesOurSecret: false,
    setUp: "Workbench, Webhooks, Add destination: enter the URL, then reveal its signing secret.",
    exampleType: "stripe.payment_intent.succeeded",
  },
  {
    id: "twilio",
    title: "Twilio",
    description: "Status callbacks of messages and calls, and incoming messages",
    secretName: "Auth token",
    takesOurSecret: false,
    setUp:
      "Give the URL as StatusCallback, or in the settings of the number or Messaging Service. The auth token is on the account's first page.",
    exampleType: "twilio.message.delivered",
  },
  {
    id: "resend",
    title: "Resend",
    description: "What becomes of e-mails: sent, delivered, opened, bounced",
    secretName: "Signing secret",
    takesOurSecret: false,
    setUp: "Webhooks, Add webhook: enter the URL, then copy the signing secret of its page.",
    exampleType: "resend.email.delivered",
  },
  {
    id: "standard",
    title: "Standard Webhooks",
    description: "Everybody who signs as standardwebhooks.com says, Svix included",
    secretName: "Signing secret",
    takesOurSecret: true,
    setUp: "Enter the URL at the sender and copy its whsec_ secret, or make one here.",
    exampleType: "standard.invoice.paid",
  },
  {
    id: "github",
    title: "GitHub",
    description: "What happens in a repository, an organization or an app",
    secretName: "Secret",
    takesOurSecret: true,
    setUp: "Settings, Webhooks, Add webhook: enter the URL and a secret, choose application/json.",
    exampleType: "github.pull_request.opened",
  },
  {
    id: "generic",
    title: "Other (HMAC)",
    description:
      "Anybody who signs the body with an HMAC: header, encoding and algorithm are yours to say",
    secretName: "Secret",
    takesOurSecret: true,
    setUp: "Enter the URL at the sender and say in which header the signature stands.",
    exampleType: "generic.order.created",
  },
] as const);

export const isProvider = (word: string): word is Provider =>
  PROVIDERS.some((each) => each === word);

/** Whether an event type or pattern is one that sources make by themselves: it begins with the name of a provider. */
export function isSourceType(type: string): boolean {
  return isProvider(type.split(".", 1)[0] ?? "");
}
