import { isEventType } from "./event-fields.ts";
import { isTooMany, TOO_MANY } from "./import-bounds.ts";
import { pointerTo } from "./json-pointer.ts";
import { readOpenapiWebhooks } from "./openapi-webhooks.ts";
import { isRecord, type JsonRecord } from "./json-record.ts";
import { readTypeScript } from "./typescript-types.ts";
import { TypeScriptProblem } from "./typescript-tokens.ts";

/** One event type as a document of somebody else's tells it, unchecked. */
export interface ImportedType {
  readonly type: string;
  /** Where it stands in the document. */
  readonly pointer: string;
  readonly fields: JsonRecord;
  /** It is told by a TypeScript type, which cannot say all of a schema. */
  readonly isTypeAlone?: boolean;
}

export interface ImportProblem {
  /** RFC 6901, into the document. */
  readonly pointer: string;
  readonly message: string;
}

export interface ReadImport {
  readonly types: readonly ImportedType[];
  readonly problems: readonly ImportProblem[];
}

/**
 * The event types of a document: the `webhooks` of an OpenAPI 3.1 description, an object of event types by name,
 * `{"order.created": {"description": …, "schema": …, "example": …}}`, or as a text the module that `posthorn types` writes.
 */
export function readImport(document: unknown): ReadImport {
  if (!isRecord(document) && typeof document !== "string") {
    return refuse("", "The document is no JSON object.");
  }
  const found = readDocument(document);
  const named = found.types.filter(({ type }) => isEventType(type));
  const others = found.types.filter(({ type }) => !isEventType(type));
  const problems = [
    ...found.problems,
    ...others.map(({ pointer }) => ({ pointer, message: NO_NAME })),
  ];
  if (named.length + problems.length === 0) return refuse("", "No event types are in it.");
  return { types: named, problems };
}

const NO_NAME =
  "An event type is 1 to 8 words of a-z, 0-9 and _ joined by dots, such as order.created.";

function readDocument(document: JsonRecord | string): ReadImport {
  if (typeof document === "string") return readModule(document);
  return "openapi" in document ? readOpenapiWebhooks(document) : readPlain(document);
}

function readModule(text: string): ReadImport {
  try {
    const types = readTypeScript(text).map(({ type, ...fields }) => {
      return { type, pointer: pointerTo("", type), fields, isTypeAlone: true };
    });
    return { types, problems: [] };
  } catch (error) {
    if (!(error instanceof TypeScriptProblem)) throw error;
    return refuse("", `Line ${error.line}: ${error.message}`);
  }
}

function readPlain(document: JsonRecord): ReadImport {
  const entries = Object.entries(document);
  if (isTooMany(entries.length)) return refuse("", TOO_MANY);
  const types = entries.flatMap(([type, fields]) =>
    isRecord(fields) ? [{ type, pointer: pointerTo("", type), fields }] : [],
  );
  const problems = entries.flatMap(([type, fields]) =>
    isRecord(fields)
      ? []
      : [{ pointer: pointerTo("", type), message: "An event type is a JSON object." }],
  );
  return { types, problems };
}

function refuse(pointer: string, message: string): ReadImport {
  return { types: [], problems: [{ pointer, message }] };
}
