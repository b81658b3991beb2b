import * as z from "zod";
import { DESCRIPTION_LENGTH_MAX } from "../limits.ts";
import { failWith } from "./validate.ts";

/** PostgreSQL keeps no NUL, and a lone surrogate is no character. */
export const storableText = z
  .string()
  .refine((text) => text.isWellFormed() && !text.includes("\0"), failWith("invalid_value"));

/** Judged by the filter language itself, whose answers point into the document. */
export const endpointFilter = z.unknown().meta({
  description:
    'Only events that match are delivered, for example `{"data":{"amount":{"$gt":500}}}`; null for ' +
    "every event of the subscribed types. A change replaces it as a whole.",
});

export const endpointDescription = storableText.max(DESCRIPTION_LENGTH_MAX);
