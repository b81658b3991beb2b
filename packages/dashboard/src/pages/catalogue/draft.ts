import type { CatalogueType, TypeFields } from "./calls.ts";

/** What stands in the fields of the form. */
export interface Draft {
  readonly title: string;
  readonly group: string;
  readonly description: string;
  readonly schema: string;
  readonly example: string;
  readonly deprecated: string;
}

const NEW: Draft = {
  title: "",
  group: "",
  description: "",
  schema: textOf({ type: "object", required: [], properties: {} }),
  example: textOf({}),
  deprecated: "",
};

export function draftOf(type: CatalogueType | undefined): Draft {
  if (!type) return NEW;
  const hasSchema = Object.keys(type.schema).length > 0;
  return {
    title: type.title ?? "",
    group: type.group,
    description: type.description,
    schema: hasSchema ? textOf(type.schema) : "",
    example: textOf(type.example),
    deprecated: type.deprecated ?? "",
  };
}

function textOf(value: unknown): string {
  return value === undefined ? "" : JSON.stringify(value, null, 2);
}

/** Whether the example that a type has was emptied: the API has no word for taking one out. */
export function losesExample(draft: Draft, type: CatalogueType | undefined): boolean {
  return type?.example !== undefined && draft.example.trim() === "";
}

/** The request that a form makes; null while one of its documents is no JSON, or may not be empty. */
export function fieldsOf(
  draft: Draft,
  type?: CatalogueType,
): (TypeFields & { readonly description: string; readonly deprecated: string | null }) | null {
  const schema = parse(draft.schema);
  const example = parse(draft.example);
  if (!schema || !example || losesExample(draft, type)) return null;
  const isSchema =
    schema.value === undefined ||
    (typeof schema.value === "object" && schema.value !== null && !Array.isArray(schema.value));
  if (!isSchema) return null;
  const [title, group] = [draft.title.trim(), draft.group.trim()];
  const deprecated = draft.deprecated.trim();
  const documents = { schema: schema.value, example: example.value };
  const written = Object.entries(documents).filter(([, value]) => value !== undefined);
  return {
    ...(title === "" ? {} : { title }),
    ...(group === "" ? {} : { group }),
    description: draft.description.trim(),
    ...Object.fromEntries(written),
    deprecated: deprecated === "" ? null : deprecated,
  };
}

/**
 * Only what differs: what is sent becomes the operator's. What was emptied is sent as empty: left out it would stay, and
 * the page would say that it is changed.
 */
export function changeOf(type: CatalogueType, fields: TypeFields): TypeFields {
  const before: Readonly<Record<string, unknown>> = { ...type };
  const title = type.title ?? "";
  const empty = { ...(title === "" ? {} : { title: "" }), group: "", schema: {} };
  return Object.fromEntries(
    Object.entries({ ...empty, ...fields }).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name]),
    ),
  );
}

/** In a box, because `null` is JSON, too; its value is undefined for an empty text. */
function parse(text: string): { readonly value: unknown } | undefined {
  if (text.trim() === "") return { value: undefined };
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
