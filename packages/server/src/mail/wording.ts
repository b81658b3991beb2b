import { originOfUrl } from "../domain/operational-event.ts";

/** An endpoint as people call it, without what its URL may hold of secrets. */
export function nameOf({
  description,
  url,
}: {
  readonly description: string;
  readonly url: string;
}): string {
  const line = (description.trim().split(/[\r\n]/)[0] ?? "").trim();
  const origin = originOfUrl(url);
  return line === "" ? origin : `${line} (${origin})`;
}

/** For people: `2026-03-02 09:15 UTC`. */
export function timeOf(moment: Date): string {
  return `${moment.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
