import type { EventFields, Place, TimeForm } from "./fields.ts";
import type { WebhookFormat } from "./formats.ts";
import { compileSignature, type SignatureTemplate } from "./template.ts";

/** What of a platform profile's JSON a receiver needs: `id` and `wire`, with everything that it extends filled in. */
export interface ProfileFormat {
  readonly id: string;
  readonly wire: {
    readonly signature: SignatureTemplate;
    readonly headers: readonly { readonly name: string; readonly from: string }[];
    readonly envelope: readonly {
      readonly field: string;
      readonly from: string;
      readonly as?: string | undefined;
    }[];
  };
}

/**
 * A format of your own, checked: from its parts, or from the JSON of a platform profile. Throws a `TypeError` that
 * names every mistake of a format that cannot work.
 */
export function defineFormat(definition: WebhookFormat | ProfileFormat): WebhookFormat {
  const format = "wire" in definition ? fromProfile(definition) : definition;
  const signature = compileSignature(format.signature);
  const demand = (holds: boolean, sentence: string) => {
    if (!holds) throw new TypeError(`Format ${format.id}: ${sentence}`);
  };
  const { signature: signatureHeader, timestamp = "", id = "" } = format.headers;
  demand(Boolean(signatureHeader), "headers.signature must name a header");
  const timeTravels = !signature.signsTimestamp || signature.timestampItem !== undefined;
  demand(timeTravels || timestamp !== "", "a signed timestamp needs headers.timestamp");
  demand(!signature.signsId || id !== "", "a signed id needs headers.id");
  demand(
    format.event?.id !== "signed-id" || id !== "",
    "an event with the signed id needs headers.id",
  );
  return Object.freeze({ ...format });
}

function fromProfile({ id, wire }: ProfileFormat): WebhookFormat {
  // A profile that extends another is JSON like any; the type says only what it must have by now.
  if (!wire?.signature || !wire.headers || !wire.envelope) {
    throw new TypeError(
      `Profile ${id}: wire must have signature, headers and envelope; fill in what it extends`,
    );
  }
  const { signature, headers, envelope } = wire;
  const headerOf = (...sources: string[]) =>
    headers.find(({ from }) => sources.includes(from))?.name;
  const fieldOf = (...sources: string[]) => envelope.find(({ from }) => sources.includes(from));
  const idHeader = headerOf("event.id", "delivery.id");
  const signsId = /\{(event|delivery)\.id\}/.test(signature.content);
  const idField = fieldOf("event.id", "delivery.id")?.field;
  const time = fieldOf("event.occurredAt");
  const event: EventFields = {
    id: idField === undefined ? "signed-id" : { field: idField },
    type: typePlace(fieldOf("event.type")?.field, headerOf("event.type")),
    data: fieldOf("event.data")?.field,
    occurredAt: time && { field: time.field, as: timeForm(time.as) },
  };
  return {
    id,
    signature,
    headers: {
      signature: headerOf("signature") ?? "",
      timestamp: headerOf("attempt.at"),
      id: signsId || idField === undefined ? idHeader : undefined,
    },
    event,
  };
}

function typePlace(field: string | undefined, header: string | undefined): Place {
  return field === undefined && header !== undefined ? { header } : { field: field ?? "type" };
}

function timeForm(as: string | undefined): TimeForm {
  return as === "unix-seconds" ? "unix-seconds" : "iso8601";
}
