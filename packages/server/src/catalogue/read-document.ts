import * as z from "zod";
import { readImport, type ImportedType } from "../domain/catalogue-import.ts";
import type { EventTypeChange } from "../domain/catalogue-overlay.ts";
import { eventTypeFields } from "../domain/profile-schema.ts";
import type { FieldError } from "../errors.ts";

/** One event type of a document, with fields of the right shape. */
export interface ReadType extends Pick<ImportedType, "type" | "pointer"> {
  readonly said: EventTypeChange;
  /** It is told by a TypeScript type, which cannot say all of a schema. */
  readonly isTypeAlone: boolean;
}

/** A document of event types, read once however often it is planned. */
export interface ReadDocument {
  readonly types: readonly ReadType[];
  /** Pointers are into the document. */
  readonly problems: readonly FieldError[];
}

export function readDocument(document: unknown): ReadDocument {
  const { types, problems } = readImport(document);
  const found: FieldError[] = problems.map((each) => ({ ...each, code: "import_invalid" }));
  const read = types.flatMap((imported): ReadType[] => {
    const { type, pointer, fields, isTypeAlone = false } = imported;
    const parsed = importedFields.safeParse(fields);
    if (parsed.success) return [{ type, pointer, said: definedFields(parsed.data), isTypeAlone }];
    found.push(...parsed.error.issues.map((issue) => problemOf(pointer, issue)));
    return [];
  });
  return { types: read, problems: found };
}

const importedFields = z.strictObject(eventTypeFields);

function problemOf(pointer: string, { path, message }: z.core.$ZodIssue): FieldError {
  const at = [pointer, ...path.map((part) => String(part).replaceAll("/", "~1"))].join("/");
  return { pointer: at, code: "import_invalid", message };
}

/** Without the members that were left out. */
export function definedFields(fields: z.output<typeof importedFields>): EventTypeChange {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
