/** The address of every page, from the dashboard's own table: a new page is looked at without being named here. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Furnished } from "./furnished.ts";

const FRAME = join(import.meta.dirname, "../../../packages/dashboard/src/frame");

const ROW = /path: "([^"]+)",[^}]*?area: (null|"\w+")/g;

export interface Address {
  /** As the table writes it: `/settings/integrations/webhooks/$webhookId`. */
  readonly path: string;
  /** The gate that opens it; `operator`, or null for everybody. */
  readonly area: string | null;
}

/** Read as text: the table itself leads to pages, which are made for a browser. */
export const ADDRESSES: readonly Address[] = readdirSync(FRAME)
  .filter((name) => name.endsWith("pages.ts"))
  .flatMap((name) => [...readFileSync(join(FRAME, name), "utf8").matchAll(ROW)])
  .map(([, path = "", area = "null"]) => ({
    path,
    area: area === "null" ? null : area.slice(1, -1),
  }));

/** Where nobody has signed in. */
export const OUTSIDE = [
  "/sign-in",
  "/forgotten",
  "/invitation",
  "/reset?token=none",
  "/confirm-email",
];

/** A page of a table's row with the objects of a furnished organization. */
export function fill(path: string, furnished: Furnished): string {
  const ids: Record<string, unknown> = { ...furnished };
  return path.replace(/\$(\w+)/g, (_, name: string) => {
    const id = ids[name];
    if (typeof id !== "string") throw new Error(`furnish() makes no ${name}, which ${path} needs`);
    return id;
  });
}
