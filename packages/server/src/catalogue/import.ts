import {
  differingFields,
  GROUP_OF_OTHERS,
  type EventTypeChange,
} from "../domain/catalogue-overlay.ts";
import { commentText, saidByTypes } from "../domain/said-by-types.ts";
import { invalidRequest, type FieldError } from "../errors.ts";
import { IMPORT_JUDGE_MS_MAX } from "../limits.ts";
import type { JudgeBudget } from "../platform/json-schema.ts";
import type { Platform } from "../platforms.ts";
import { write } from "./change.ts";
import { baseOf, changeCatalogue, type CatalogueContext, type OpenCatalogue } from "./context.ts";
import { readDocument, type ReadDocument, type ReadType } from "./read-document.ts";
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
export async function previewImport(platform: Platform, document: unknown): Promise<ImportOutcome> {
  const { outcome } = await plan(readDocument(document), knownTo(platform), createJudge());
  return outcome;
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
  const [read, judge] = [readDocument(document), createJudge()];
  requireSound((await plan(read, knownTo(platform), judge)).outcome);
  return changeCatalogue(context, platform, async (tx, open) => {
    const { outcome, changes } = await plan(read, open, judge);
    // What was sound a moment ago may not fit what somebody else has changed since.
    requireSound(outcome);
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

function knownTo({ base, overlay }: Platform): Known {
  return { rows: overlay.eventTypes, base: baseOf(base) };
}

function requireSound({ problems }: ImportOutcome): void {
  if (problems.length === 0) return;
  throw invalidRequest(
    problems.map(({ pointer, ...rest }) => ({ pointer: `/document${pointer}`, ...rest })),
  );
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

/**
 * Judges the types of one document in one time for all of them: hundreds of schemas that each take a moment would stop
 * the node. What was judged before the transaction is not judged again in it.
 */
function createJudge() {
  const budget: JudgeBudget = { leftMs: IMPORT_JUDGE_MS_MAX };
  const judged = new Map<string, { entry: EventTypeChange; found: readonly FieldError[] }>();
  return {
    isSpent: () => budget.leftMs <= 0,
    judge(type: string, entry: EventTypeChange): readonly FieldError[] {
      const before = judged.get(type);
      const { schema, example } = before?.entry ?? {};
      if (before && schema === entry.schema && example === entry.example) return before.found;
      const found = judgeEntry(entry, budget);
      judged.set(type, { entry, found });
      return found;
    },
  };
}

type Judge = ReturnType<typeof createJudge>;

const SPENT: FieldError = {
  pointer: "",
  code: "import_invalid",
  message: "Judging its schemas and examples takes too long: what comes after was not looked at.",
};

async function plan(
  { types, problems }: ReadDocument,
  { rows, base }: Known,
  judge: Judge,
): Promise<Plan> {
  const added: string[] = [];
  const changed: { type: string; fields: readonly string[] }[] = [];
  const unchanged: string[] = [];
  const changes = new Map<string, EventTypeChange>();
  const wrong: FieldError[] = [...problems];
  for (const read of types) {
    // Between two types whoever else waits for this process gets their turn.
    await new Promise((resolve) => setImmediate(resolve));
    const { type } = read;
    const own = rows.get(type)?.change;
    const isKnown = own !== undefined || base.has(type);
    const before: EventTypeChange = { ...base.get(type), ...own };
    const change = changeOf(read, isKnown ? before : undefined);
    const found = judgeType(read, { change, known: isKnown ? before : undefined, judge });
    wrong.push(...found);
    if (judge.isSpent()) {
      wrong.push(SPENT);
      break;
    }
    if (found.length > 0) continue;
    const fields = differingFields(before, change);
    if (isKnown && fields.length === 0) {
      unchanged.push(type);
      continue;
    }
    if (isKnown) changed.push({ type, fields });
    else added.push(type);
    changes.set(type, { ...own, ...change });
  }
  return { outcome: { added, changed, unchanged, problems: wrong }, changes };
}

/** What a type of the document would have the operator say. */
function changeOf(
  { type, said: all, isTypeAlone }: ReadType,
  known: EventTypeChange | undefined,
): EventTypeChange {
  if (known) return isTypeAlone ? beyondTypes(all, known) : all;
  return { group: GROUP_OF_OTHERS, description: all.title ?? type, ...all };
}

function judgeType(
  { type, pointer }: ReadType,
  asked: {
    readonly change: EventTypeChange;
    readonly known: EventTypeChange | undefined;
    readonly judge: Judge;
  },
): FieldError[] {
  const { change, known, judge } = asked;
  const found = [...(known ? [] : judgeName(type)), ...judge.judge(type, { ...known, ...change })];
  return found.map((each) => ({
    ...each,
    pointer: each.pointer === "/type" ? pointer : `${pointer}${each.pointer}`,
  }));
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
