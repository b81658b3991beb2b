import * as z from "zod";
import { formatId } from "../domain/id.ts";
import { isMailAddress } from "../domain/mail-address.ts";
import { PASSWORD_LENGTH_MAX } from "../domain/password-rules.ts";
import { EMAIL_LENGTH_MAX } from "../limits.ts";
import type { UserRow } from "../store/users.ts";
import { storableText, timestamp } from "./schemas.ts";
import { failWith } from "./validate.ts";

/** An address, in lower case. */
export const emailAddress = storableText
  .trim()
  .toLowerCase()
  .max(EMAIL_LENGTH_MAX)
  .refine(isMailAddress, failWith("mail_address_invalid"));

/** A password as somebody types it; judged by its rules later, but never longer than can be a password. */
export const passwordText = z
  .string()
  .refine((text) => text.length <= PASSWORD_TEXT_MAX, failWith("password_too_long"));

/** In UTF-16 units, which a character may have two of. */
const PASSWORD_TEXT_MAX = 2 * PASSWORD_LENGTH_MAX;

export const userObject = z
  .object({
    id: z.string(),
    /** Null for people whom only the operator's backend knows. */
    email: z.string().nullable(),
    name: z.string(),
    /** The role that sign-in alone tells. */
    metadataRole: z.string().nullable(),
    isOperator: z.boolean(),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: "User" });

export function showUser(row: UserRow): z.output<typeof userObject> {
  return {
    id: formatId("usr", row.id),
    email: row.email,
    name: row.name,
    metadataRole: row.metadataRole,
    isOperator: row.isOperator,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
