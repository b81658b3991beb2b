import { isEventType } from "./event-fields.ts";
import { isOperationalType } from "./operational-event.ts";
import type { Profile } from "./profile.ts";
import type { Report } from "./lint-report.ts";
import type { EventTypeEntry } from "./profile-schema.ts";

/** A sentence when the example does not fit the JSON Schema or the schema is none; undefined when all is well. */
export type CheckExample = (schema: object, example: unknown) => string | undefined;

/** Type names, their schemas and examples. */
export function lintCatalogue(
  { catalogue }: Profile,
  report: Report,
  checkExample: CheckExample,
): void {
  const seen = new Set<string>();
  catalogue.groups.forEach(({ events }, group) => {
    events.forEach((entry, index) => {
      const pointer = `/catalogue/groups/${group}/events/${index}`;
      if (seen.has(entry.type)) report("error", pointer, `${entry.type} is there twice.`);
      seen.add(entry.type);
      if (!isEventType(entry.type)) report("error", `${pointer}/type`, "Not an event type.");
      if (isOperationalType(entry.type)) {
        report("error", `${pointer}/type`, "Every catalogue has the operational events already.");
      }
      lintEntry(entry, (level, at, message) => report(level, pointer + at, message), checkExample);
    });
  });
  if (!catalogue.open && seen.size === 0) {
    report("error", "/catalogue", "A closed catalogue without types accepts no event at all.");
  }
}

function lintEntry(entry: EventTypeEntry, report: Report, checkExample: CheckExample): void {
  const { schema, example, dataKeys } = entry;
  if (schema === undefined || example === undefined) {
    report("warning", "", `${entry.type} has no schema and example for its readers.`);
    return;
  }
  const complaint = checkExample(schema, example);
  if (complaint !== undefined) report("error", "/example", complaint);
  const shown = schemaKeys(schema).toSorted();
  if (dataKeys !== undefined && shown.join() !== dataKeys.toSorted().join()) {
    report("error", "/schema", `Its properties are ${shown.join()}, not those of dataKeys.`);
  }
}

/** The properties of a schema in the form of `dataKeys`; a list of objects is shown by the properties of its items. */
function schemaKeys(schema: object): string[] {
  const { properties, required } = objectParts(schema);
  return Object.entries(properties).flatMap(([name, property]) => {
    const items = isObject(property) && "items" in property ? property.items : undefined;
    const inner = isObject(items) ? Object.keys(objectParts(items).properties) : [];
    if (inner.length > 0) return inner.map((key) => `${name}[].${key}`);
    return [required.includes(name) ? name : `${name}?`];
  });
}

function objectParts(schema: object): {
  readonly properties: object;
  readonly required: readonly unknown[];
} {
  const properties = "properties" in schema ? schema.properties : undefined;
  const required = "required" in schema ? schema.required : undefined;
  return {
    properties: isObject(properties) ? properties : {},
    required: Array.isArray(required) ? required : [],
  };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
