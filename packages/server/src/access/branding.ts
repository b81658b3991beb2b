import * as crypto from "node:crypto";
import type { Pool } from "../db/pool.ts";
import {
  accentContrast,
  CONTRAST_MIN,
  readableAccent,
  type AccentTheme,
} from "../domain/accent.ts";
import { logoTypeOf } from "../domain/logo.ts";
import { fieldError, invalidRequest, type FieldError } from "../errors.ts";
import { LOGO_BYTES_MAX } from "../limits.ts";
import type { Audit } from "../store/audit.ts";
import {
  findBranding,
  putLogo,
  updateBranding,
  type Branding,
  type BrandingWords,
  type Logo,
} from "../store/installation.ts";

export type BrandingChange = {
  readonly [Name in keyof BrandingWords]?: BrandingWords[Name] | undefined;
} & {
  /** The picture itself; null takes it away. */
  readonly logo?: Buffer | null | undefined;
};

/**
 * What is not named stays. Two changes at once both hold: each is merged by the database. Throws `invalid_request` for a
 * colour in which nobody could read, and for a picture that is none or too large.
 */
export async function changeBranding(
  { sql, audit }: { readonly sql: Pool; readonly audit: Audit },
  { logo: picture, ...words }: BrandingChange,
): Promise<Branding> {
  const problems = [
    ...accentProblems("/accentLight", words.accentLight, "light"),
    ...accentProblems("/accentDark", words.accentDark, "dark"),
  ];
  if (problems.length > 0) throw invalidRequest(problems);
  const logo = picture && toLogo(picture);
  return sql.begin(async (tx) => {
    const before = await findBranding(tx);
    await updateBranding(tx, words);
    if (logo !== undefined) await putLogo(tx, logo);
    const after = await findBranding(tx);
    await audit(tx, {
      organizationId: null,
      action: "branding.update",
      object: null,
      before: { ...before },
      after: { ...after },
    });
    return after;
  });
}

function accentProblems(
  pointer: string,
  colour: string | null | undefined,
  theme: AccentTheme,
): FieldError[] {
  if (typeof colour !== "string" || accentContrast(colour, theme) >= CONTRAST_MIN) return [];
  return [fieldError(pointer, "accent_weak", readableAccent(colour, theme))];
}

function toLogo(data: Buffer): Logo {
  const contentType = logoTypeOf(data);
  if (contentType === undefined) throw invalidRequest([fieldError("/logo", "logo_invalid")]);
  if (data.length > LOGO_BYTES_MAX) throw invalidRequest([fieldError("/logo", "logo_too_large")]);
  return { contentType, data, version: crypto.hash("sha256", data, "hex").slice(0, 16) };
}
