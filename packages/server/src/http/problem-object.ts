import * as z from "zod";
import { API_ERRORS } from "../errors.ts";
import { FIELD_ERRORS } from "../field-errors.ts";

/** The problem document of `problem.ts` for the reference; codes may add members, such as `limit`. */
export const problemObject = z
  .looseObject({
    type: z.string().meta({ format: "uri" }),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(API_ERRORS)),
    detail: z.string().optional(),
    requestId: z.string(),
    errors: z
      .array(
        z.object({
          pointer: z.string().meta({ description: "JSON Pointer (RFC 6901)." }),
          code: z.enum(Object.keys(FIELD_ERRORS)),
          message: z.string(),
          fix: z.string().optional(),
        }),
      )
      .optional(),
  })
  .meta({ id: "Problem" });
