import * as z from "zod";
import { isResource } from "../domain/event-fields.ts";
import { RATE_PERIODS } from "../domain/rate-limit.ts";
import { DESCRIPTION_LENGTH_MAX, RATE_LIMIT_COUNT_MAX } from "../limits.ts";
import { storableText } from "./schemas.ts";
import { failWith } from "./validate.ts";

/** Judged by the filter language itself, whose answers point into the document. */
export const endpointFilter = z.unknown().meta({
  description:
    'Only events that match are delivered, for example `{"data":{"amount":{"$gt":500}}}`; null for ' +
    "every event of the subscribed types. A change replaces it as a whole.",
});

export const endpointDescription = storableText.max(DESCRIPTION_LENGTH_MAX);

export const endpointResource = z
  .string()
  .refine(isResource, failWith("resource_invalid"))
  .nullable()
  .meta({
    description: "Only events with exactly this resource, such as `artist:nova`; null for all.",
  });

export const endpointRateLimit = z
  .strictObject({
    count: z.int().min(1).max(RATE_LIMIT_COUNT_MAX),
    per: z.enum(RATE_PERIODS),
  })
  .nullable()
  .meta({
    description:
      "At most so many requests, evenly spread; what waits for its turn spends no attempt. Null for no limit.",
  });

export const endpointOrdering = z.enum(["none", "key"]).meta({
  description:
    "`key`: of the events that share an ordering key, one is sent when the one before it has ended. " +
    "Holds for events that are accepted from then on.",
});

/** Judged with the other settings, which know whether mails can be sent at all. */
export const endpointAlertEmails = z.array(storableText).meta({
  description:
    "Up to 10 addresses that get a mail about trouble with this webhook; empty for the owners and admins of the " +
    "organization.",
});
