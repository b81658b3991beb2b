/**
 * What of a page can be read before its program has come. The dashboard's build says what that is (`pages.json`); here it
 * is put into the page for whoever has signed in, and only where it is open to them. Nothing in it is theirs alone.
 */
import { existsSync, readFileSync } from "node:fs";
import * as z from "zod";
import { isOperator, type Person } from "../access/person.ts";
import { assert } from "../platform/assert.ts";
import { showGates } from "./me.ts";

const fileObject = z.object({
  frames: z.object({ browser: z.string(), portal: z.string(), portalWithWayBack: z.string() }),
  heading: z.string(),
  pages: z.array(
    z.object({
      /** `/settings/integrations/webhooks/$webhookId`. */
      path: z.string(),
      title: z.string(),
      /** Of the profile; goes before the title. */
      label: z.string().nullable(),
      /** The gate that opens it; null: everybody who has signed in. */
      area: z.string().nullable(),
      /** Null where the heading is not known yet. */
      text: z.string().nullable(),
      scripts: z.array(z.string()),
    }),
  ),
});

type File = z.output<typeof fileObject>;
type PageFacts = File["pages"][number];

/**
 * Asks who has signed in while the program is still on its way; the program takes the answer over. The page's policy
 * allows this text by its hash.
 */
export const EARLY_SCRIPT =
  'window.early=fetch("/api/me",{credentials:"same-origin",cache:"no-store",headers:{accept:"application/json"}});window.early.catch(()=>{});';

const HEAD_SLOT = "<!--early-->";
const BODY_SLOT = "<!--first-paint-->";

/** Makes the page for an address and a person; undefined when this build says nothing about its pages. */
export function openFirstPaint(
  folder: string,
  html: string,
): ((url: string, person: Person) => string) | undefined {
  const name = `${folder}pages.json`;
  if (!existsSync(name)) return undefined;
  const file = fileObject.parse(JSON.parse(readFileSync(name, "utf8")));
  assert(html.includes(HEAD_SLOT) && html.includes(BODY_SLOT), "the page has both slots");
  return (url, person) => {
    const path = url.split("?", 1)[0] ?? "";
    const page = file.pages.find((each) => matches(each.path, path));
    // At the pages for nobody, as the one to sign in, the answer would be about whoever was here before.
    if (!page) return html;
    const isOpen = isOpenTo(page, person);
    const links = isOpen ? page.scripts.map(preload).join("") : "";
    return html
      .replace(HEAD_SLOT, () => `<script>${EARLY_SCRIPT}</script>${links}`)
      .replace(BODY_SLOT, () => (isOpen ? draw(file, page, person) : ""));
  };
}

function preload(script: string): string {
  return `<link rel="modulepreload" crossorigin href="${script}">`;
}

function draw({ frames, heading }: File, page: PageFacts, { session, place }: Person): string {
  const labels = place?.platform.profile.labels ?? {};
  // A heading has room for the long one: "Tenant API keys".
  const label = labels[`${page.label}Long`] ?? labels[String(page.label)];
  const isPortal = session.kind === "portal";
  const portal = session.returnUrl === null ? frames.portal : frames.portalWithWayBack;
  const head =
    page.text === null ? "" : fill(heading, { title: label ?? page.title, text: page.text });
  return fill(isPortal ? portal : frames.browser, { heading: head }, (text) => text);
}

function isOpenTo({ area }: PageFacts, person: Person): boolean {
  if (area === null) return true;
  if (area === "operator") return isOperator(person);
  if (person.place === null) return false;
  return showGates(person.place, isOperator(person))[area]?.allowed === true;
}

function fill(template: string, values: Record<string, string>, write = escapeText): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => write(values[name] ?? ""));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** Labels are the operator's own words. */
function escapeText(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? "");
}

function matches(pattern: string, path: string): boolean {
  const [wanted, parts] = [pattern.split("/"), path.split("/")];
  return (
    wanted.length === parts.length &&
    wanted.every((part, index) => part.startsWith("$") || part === parts[index])
  );
}
