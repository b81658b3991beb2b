import * as z from "zod";
import { changeBranding } from "../access/branding.ts";
import { isColour } from "../domain/accent.ts";
import { isContact } from "../domain/contact.ts";
import { NAME_LENGTH_MAX, URL_LENGTH_MAX } from "../limits.ts";
import { findBranding, type Branding } from "../store/installation.ts";
import { logoPath } from "./brand-page.ts";
import { route, type Route } from "./route.ts";
import { pageUrl, storableText } from "./schemas.ts";
import { failWith } from "./validate.ts";

const brandingObject = z
  .object({
    /** What customers know the product as; null until the operator says so. */
    productName: z.string().nullable(),
    /** An e-mail address, or the URL of a page, that notices and errors send people to. */
    supportContact: z.string().nullable(),
    /** Of the operator's own documentation, in place of the pages that are made from the profile. */
    docsUrl: z.string().nullable(),
    /** `#rrggbb`, for buttons and links, of the light theme; null is the product's own. */
    accentLight: z.string().nullable(),
    /** The same of the dark theme. */
    accentDark: z.string().nullable(),
    /** Where pages find the logo; another one has another address. Null without one. */
    logoUrl: z.string().nullable(),
  })
  .meta({ id: "Branding" });

const read = route({
  method: "GET",
  path: "/api/branding",
  action: "branding.read",
  audience: "public",
  summary: "Shows what the pages call the product, and who helps.",
  status: 200,
  response: brandingObject,
  async handle({ services }) {
    return { body: showBranding(await findBranding(services.sql)) };
  },
});

const colour = z
  .string()
  .refine(isColour, failWith("colour_invalid"))
  .transform((text) => text.toLowerCase());

function isBase64(text: string): boolean {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) && text.length % 4 === 0;
}

const change = route({
  method: "PATCH",
  path: "/api/branding",
  action: "branding.update",
  audience: "operator",
  summary:
    "Changes the product's name, support contact, documentation, colours and logo on all pages; null takes one away.",
  body: z.strictObject({
    productName: storableText.min(1).max(NAME_LENGTH_MAX).nullable().optional(),
    supportContact: storableText
      .max(URL_LENGTH_MAX)
      .refine(isContact, failWith("contact_invalid"))
      .nullable()
      .optional(),
    docsUrl: pageUrl.nullable().optional(),
    accentLight: colour.nullable().optional(),
    accentDark: colour.nullable().optional(),
    /** PNG, WebP or SVG in base64, 64 kB of it at most. */
    logo: z.string().min(1).refine(isBase64, failWith("logo_invalid")).nullable().optional(),
  }),
  status: 200,
  response: brandingObject,
  async handle({ services, body: { logo, ...words } }) {
    const picture = typeof logo === "string" ? Buffer.from(logo, "base64") : logo;
    const after = await changeBranding(services, { ...words, logo: picture });
    return { body: showBranding(after) };
  },
});

function showBranding({ logo, ...words }: Branding): z.output<typeof brandingObject> {
  return { ...words, logoUrl: logo && logoPath(logo) };
}

export const brandingRoutes: readonly Route[] = [read, change];
