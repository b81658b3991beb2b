import type { EventTypeChange } from "../domain/catalogue-overlay.ts";
import { isEventType } from "../domain/event-fields.ts";
import { schemaFlaws } from "../domain/event-type-schema.ts";
import { isOperationalType } from "../domain/operational-event.ts";
import { fieldError, type FieldError } from "../errors.ts";
import { EVENT_TYPE_EXAMPLE_BYTES_MAX } from "../limits.ts";
import { schemaComplaint, schemaProblems, type JudgeBudget } from "../platform/json-schema.ts";

/** Judges the name of a type that an operator adds; the pointer is `/type`. */
export function judgeName(type: string): FieldError[] {
  if (!isEventType(type)) return [fieldError("/type", "type_invalid")];
  return isOperationalType(type) ? [fieldError("/type", "type_reserved")] : [];
}

/**
 * Judges schema and example of an event type as it would stand in the catalogue. Pointers are below `/schema` and
 * `/example`. Nothing is said of an example when the schema is none.
 */
export function judgeEntry(
  { schema, example }: EventTypeChange,
  budget?: JudgeBudget,
): FieldError[] {
  if (schema !== undefined) {
    const flaws = schemaFlaws(schema);
    const complaint = flaws.length > 0 ? undefined : schemaComplaint(schema, budget);
    const found = complaint === undefined ? flaws : [{ pointer: "", message: complaint }];
    if (found.length > 0) {
      return found.map(({ pointer, message }) => {
        return { pointer: `/schema${pointer}`, code: "schema_invalid", message } as const;
      });
    }
  }
  if (example === undefined) return [];
  if (Buffer.byteLength(JSON.stringify(example)) > EVENT_TYPE_EXAMPLE_BYTES_MAX) {
    const message = `An example has at most ${EVENT_TYPE_EXAMPLE_BYTES_MAX / 1024} KiB.`;
    return [{ pointer: "/example", code: "example_invalid", message }];
  }
  return (schema === undefined ? [] : schemaProblems(schema, example, budget)).map(
    ({ pointer, message }) => {
      return { pointer: `/example${pointer}`, code: "example_invalid", message } as const;
    },
  );
}
