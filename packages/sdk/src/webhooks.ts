/** Entry `@posthorn/sdk/webhooks`: the one implementation of signing and verifying, used by both ends. */
export {
  compileSignature,
  signatureTemplateProblems,
  type Signature,
  type SignatureTemplate,
} from "./webhooks/template.ts";
export { sign, signatureKey, type SignInput } from "./webhooks/sign.ts";
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
