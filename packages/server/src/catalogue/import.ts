import * as z from "zod";
import { readImport, type ImportedType } from "../domain/catalogue-import.ts";
import {
  differingFields,
  GROUP_OF_OTHERS,
  type EventTypeChange,
} from "../domain/catalogue-overlay.ts";
import { commentText, saidByTypes } from "../domain/said-by-types.ts";
import { eventTypeFields } from "../domain/profile-schema.ts";
import { invalidRequest, type FieldError } from "../errors.ts";
import type { Platform } from "../platforms.ts";
import { write } from "./change.ts";
import { baseOf, changeCatalogue, type CatalogueContext, type OpenCatalogue } from "./context.ts";
import { judgeEntry, judgeName } from "./rules.ts";

/** What an import does, or would do, in the order of the document. */
export interface ImportOutcome {
  readonly added: readonly string[];
  readonly changed: readonly { readonly type: string; readonly fields: readonly string[] }[];
  readonly unchanged: readonly string[];
  /** Pointers are into the document; where there is one, nothing is imported. */
  readonly problems: readonly FieldError[];
}

/** Says what an import would do, and changes nothing. */
export function previewImport({ base, overlay }: Platform, document: unknown): ImportOutcome {
  return plan(document, { rows: overlay.eventTypes, base: baseOf(base) }).outcome;
}

/**
 * Adds and changes the event types of a document, all of them or none; what it does not name stays. Throws
 * `invalid_request` with what is wrong in it, and `conflict` when there are too many.
 */
export async function importEventTypes(
  context: CatalogueContext,
  platform: Platform,
  document: unknown,
): Promise<ImportOutcome> {
  const preview = previewImport(platform, document);
  if (preview.problems.length > 0) {
    const below = ({ pointer, ...rest }: FieldError) => ({
      pointer: `/document${pointer}`,
      ...rest,
    });
    throw invalidRequest(preview.problems.map(below));
  }
  return changeCatalogue(context, platform, async (tx, open) => {
    const { outcome, changes } = plan(document, open);
    const rows = new Map(open.rows);
    for (const [type, change] of changes) {
      await write(tx, { ...open, rows }, { type, change });
      rows.set(type, { type, change, version: open.version, ...NEVER });
    }
    const { added, changed } = outcome;
    await context.audit(tx, {
      organizationId: null,
      action: "catalogue.import",
      object: { kind: "profile", id: open.profile },
      before: null,
      after: { added, changed },
    });
    return outcome;
  });
}

/** Nobody asks when the rows of an import were written before it is committed. */
const NEVER = { updatedAt: new Date(0), deprecatedAt: null };

interface Plan {
  readonly outcome: ImportOutcome;
  /** What is the operator's of each type that changes. */
  readonly changes: ReadonlyMap<string, EventTypeChange>;
}

interface Known {
  readonly rows: ReadonlyMap<string, { readonly change: EventTypeChange }>;
  readonly base: OpenCatalogue["base"];
}

function plan(document: unknown, { rows, base }: Known): Plan {
  const { types, problems } = readImport(document);
  const added: string[] = [];
  const changed: { type: string; fields: readonly string[] }[] = [];
  const unchanged: string[] = [];
  const changes = new Map<string, EventTypeChange>();
  const wrong: FieldError[] = problems.map((each) => ({ ...each, code: "import_invalid" }));
  for (const imported of types) {
    const { type } = imported;
    const own = rows.get(type)?.change;
    const isKnown = own !== undefined || base.has(type);
    const before: EventTypeChange = { ...base.get(type), ...own };
    const read = readFields(imported, isKnown ? before : undefined);
    wrong.push(...read.problems);
    const fields = differingFields(before, read.change);
    if (read.problems.length > 0) continue;
    if (isKnown && fields.length === 0) {
      unchanged.push(type);
      continue;
    }
    if (isKnown) changed.push({ type, fields });
    else added.push(type);
    changes.set(type, { ...own, ...read.change });
  }
  return { outcome: { added, changed, unchanged, problems: wrong }, changes };
}

const importedFields = z.strictObject(eventTypeFields);

function readFields(
  { type, pointer, fields, isTypeAlone = false }: ImportedType,
  known: EventTypeChange | undefined,
): { readonly change: EventTypeChange; readonly problems: readonly FieldError[] } {
  const parsed = importedFields.safeParse(fields);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => {
      const at = [pointer, ...path.map((part) => String(part).replaceAll("/", "~1"))].join("/");
      return { pointer: at, code: "import_invalid", message } as const;
    });
    return { change: {}, problems };
  }
  const all = definedFields(parsed.data);
  const said = isTypeAlone && known ? beyondTypes(all, known) : all;
  const defaults = { group: GROUP_OF_OTHERS, description: said.title ?? type };
  const change = known ? said : { ...defaults, ...said };
  const problems = [...(known ? [] : judgeName(type)), ...judgeEntry({ ...known, ...change })];
  const below = problems.map((each) => ({
    ...each,
    pointer: each.pointer === "/type" ? pointer : `${pointer}${each.pointer}`,
  }));
  return { change, problems: below };
}

/** What a TypeScript type says that is not known: formats, bounds and line breaks that it cannot say stay. */
function beyondTypes(
  { schema, description, ...rest }: EventTypeChange,
  known: EventTypeChange,
): EventTypeChange {
  const isOther = saidByTypes(schema) !== saidByTypes(known.schema ?? {});
  return {
    ...rest,
    ...(schema !== undefined && isOther ? { schema } : {}),
    ...(description !== undefined && description !== commentText(known.description)
      ? { description }
      : {}),
  };
}

/** Without the members that were left out. */
export function definedFields(fields: z.output<typeof importedFields>): EventTypeChange {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
