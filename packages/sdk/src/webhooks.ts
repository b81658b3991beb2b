/** Entry `@posthorn/sdk/webhooks`: the one implementation of signing and verifying, used by both ends. */
export {
  compileSignature,
  signatureTemplateProblems,
  type Signature,
  type SignatureTemplate,
} from "./webhooks/template.ts";
export { sign, signatureKey, signedContent, type SignInput } from "./webhooks/sign.ts";
export {
  verify,
  verifySignature,
  type VerifyInput,
  type VerifySignatureInput,
} from "./webhooks/verify.ts";
export {
  explainVerification,
  type ExplainInput,
  type Explanation,
  type VerificationStep,
} from "./webhooks/explain.ts";
export {
  platformFormats,
  providerFormats,
  webhookFormats,
  type WebhookFormat,
  type WebhookFormatName,
} from "./webhooks/formats.ts";
export {
  signTwilio,
  twilioAddress,
  type TwilioInput,
  type TwilioSignInput,
} from "./webhooks/twilio.ts";
export type { Verification, VerificationFailure } from "./webhooks/inspect.ts";
export type { HeaderBag } from "./webhooks/headers.ts";
export {
  constructEvent,
  verifyWebhook,
  WebhookVerificationError,
  type ConstructOptions,
  type RefusalReason,
  type VerifyRequestOptions,
} from "./webhooks/construct-event.ts";
export type { EventOf, WebhookEvent } from "./webhooks/event.ts";
export type { EventFields, Place, TimeForm } from "./webhooks/fields.ts";
export { defineFormat, type ProfileFormat } from "./webhooks/define-format.ts";
export { signTestEvent, type TestEventInput, type TestRequest } from "./webhooks/test-event.ts";
export { createReceiver, type Receiver } from "./receiver/create-receiver.ts";
export type { ReceivedRequest } from "./receiver/receive.ts";
export type { ReceiverAnswer } from "./receiver/answer.ts";
export { HandlerTimeoutError, type HandlerContext } from "./receiver/handlers.ts";
export type {
  AlertOptions,
  DeadLetterJobOptions,
  DeadLetterOptions,
  EventMetric,
  MetricOptions,
  OrderingOptions,
  ReceiverAlert,
  ReceiverOptions,
  RetryOptions,
} from "./receiver/options.ts";
export type { RetryReport } from "./receiver/dead-letters.ts";
export type { Duration } from "./receiver/duration.ts";
export type { DeadLetter, Inbox, InboxEntry, InboxStatus } from "./receiver/inbox.ts";
export { memoryInbox, type MemoryInboxOptions } from "./inboxes/memory.ts";
