import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Heard } from "./heard.ts";

const FOLDER = "webhook-fixtures";

/**
 * Writes a request to a file of its own, for tests of the receiver; answers what to say about it. Never throws: a full
 * disk, met where a key is read, would end the program and leave the terminal as the screen had it.
 */
export function saveFixture(folder: string, heard: Heard): string {
  try {
    return `Saved as ${write(folder, heard)}.`;
  } catch (error) {
    return `Not saved: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function write(folder: string, heard: Heard): string {
  const { eventId, type, headers, body } = heard;
  const place = join(folder, FOLDER);
  mkdirSync(place, { recursive: true });
  // What the server sends becomes a name of a file: letters, digits and dots only.
  const name = `${type}-${eventId}`.replace(/[^A-Za-z0-9._-]/g, "_");
  const path = join(place, `${name}.json`);
  const text = body.toString("utf8");
  const content = { type, eventId, headers: Object.fromEntries(headers), body: text };
  writeFileSync(path, `${JSON.stringify(content, null, 2)}\n`);
  return join(FOLDER, `${name}.json`);
}
