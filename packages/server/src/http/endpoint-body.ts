import * as z from "zod";
import { DESCRIPTION_LENGTH_MAX } from "../limits.ts";
import { failWith } from "./validate.ts";

/** PostgreSQL keeps no NUL, and a lone surrogate is no character. */
export const storableText = z
  .string()
  .refine((text) => text.isWellFormed() && !text.includes("\0"), failWith("invalid_value"));

export const endpointDescription = storableText.max(DESCRIPTION_LENGTH_MAX);
