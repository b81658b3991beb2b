import { webhookFormats, type WebhookFormat, type WebhookFormatName } from "@posthorn/sdk/webhooks";
import { usage } from "./failure.ts";

export const FORMAT_NAMES = Object.keys(webhookFormats).join(", ");

/** A built-in format by its name; `fanfare/guide@1`, as an endpoint shows it, names the same one. */
export function readFormat(name: string): WebhookFormat {
  const plain = name.replace(/@\d+$/, "").replace(/^default$/, "standard");
  if (!isFormatName(plain)) throw usage(`There is no format ${name}; there are ${FORMAT_NAMES}.`);
  return webhookFormats[plain];
}

function isFormatName(name: string): name is WebhookFormatName {
  return Object.hasOwn(webhookFormats, name);
}
