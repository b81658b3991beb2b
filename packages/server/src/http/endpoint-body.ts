import * as z from "zod";
import { DESCRIPTION_LENGTH_MAX } from "../limits.ts";
import { storableText } from "./schemas.ts";

/** Judged by the filter language itself, whose answers point into the document. */
export const endpointFilter = z.unknown().meta({
  description:
    'Only events that match are delivered, for example `{"data":{"amount":{"$gt":500}}}`; null for ' +
    "every event of the subscribed types. A change replaces it as a whole.",
});

export const endpointDescription = storableText.max(DESCRIPTION_LENGTH_MAX);
