import type { ImportedType, ImportProblem, ReadImport } from "./catalogue-import.ts";
import { IMPORT_PARTS_MAX } from "../limits.ts";
import { countParts, isTooMany, TOO_LARGE, TOO_MANY } from "./import-bounds.ts";
import { pointerTo } from "./json-pointer.ts";
import { isRecord, type JsonRecord } from "./json-record.ts";

/** References that lead to references: more in a row than anybody writes by hand. */
const REFERENCES_MAX = 20;
const SCHEMAS = "#/components/schemas/";

/**
 * The `webhooks` of an OpenAPI 3.1 description as event types: the JSON body of each one's `post`. Where the body is an
 * envelope, with `type` and `data` among its properties, the type is about what `data` is. What schemas share in
 * `components` becomes part of each (`$defs`); members that are OpenAPI's own are left out.
 */
export function readOpenapiWebhooks(document: JsonRecord): ReadImport {
  const version = String(document["openapi"]);
  if (!version.startsWith("3.1") && !version.startsWith("3.2")) {
    const message = `OpenAPI ${version} has no webhooks: 3.1 is needed.`;
    return { types: [], problems: [{ pointer: "/openapi", message }] };
  }
  const webhooks = isRecord(document["webhooks"]) ? Object.entries(document["webhooks"]) : [];
  if (isTooMany(webhooks.length)) return refuse(TOO_MANY);
  const types: ImportedType[] = [];
  const problems: ImportProblem[] = [];
  let left = IMPORT_PARTS_MAX;
  for (const [type, item] of webhooks) {
    const read = readWebhook(document, type, item);
    if ("fields" in read) types.push(read);
    else problems.push(read);
    left -= "fields" in read ? countParts(read.fields) : 0;
    if (left < 0) return refuse(TOO_LARGE);
  }
  return { types, problems };
}

function refuse(message: string): ReadImport {
  return { types: [], problems: [{ pointer: "/webhooks", message }] };
}

function readWebhook(
  document: JsonRecord,
  type: string,
  item: unknown,
): ImportedType | ImportProblem {
  const pointer = pointerTo("/webhooks", type);
  const path = resolve(document, item);
  const operation = resolve(document, path["post"] ?? path["put"]);
  const body = resolve(document, operation["requestBody"]);
  const media = resolve(document, mediaOf(body));
  if (!isRecord(media["schema"])) {
    return { pointer, message: "Its post has no JSON body with a schema." };
  }
  const whole = resolve(document, media["schema"]);
  const properties = isRecord(whole["properties"]) ? whole["properties"] : {};
  const isEnvelope = "type" in properties && "data" in properties;
  const schema = isEnvelope ? properties["data"] : media["schema"];
  const example = exampleOf(document, media, whole);
  const data = isEnvelope && isRecord(example) ? example["data"] : example;
  const text = operation["summary"] ?? path["summary"] ?? operation["description"];
  const tags = Array.isArray(operation["tags"]) ? operation["tags"] : [];
  const said = operation["description"] ?? path["description"] ?? text;
  const fields = {
    ...(typeof said === "string" ? { description: said } : {}),
    ...(typeof tags[0] === "string" ? { group: tags[0] } : {}),
    ...(operation["deprecated"] === true ? { deprecated: DEPRECATED } : {}),
    schema: wholeSchema(document, schema),
    ...(data === undefined ? {} : { example: data }),
  };
  return { type, pointer, fields };
}

const DEPRECATED = "Its description says so, and no more.";

function mediaOf({ content }: JsonRecord): unknown {
  if (!isRecord(content)) return undefined;
  const [, media] =
    Object.entries(content).find(([name]) => /^application\/([\w.-]+\+)?json\b/.test(name)) ?? [];
  return media;
}

function exampleOf(document: JsonRecord, media: JsonRecord, schema: JsonRecord): unknown {
  if (media["example"] !== undefined) return media["example"];
  const [first] = isRecord(media["examples"]) ? Object.values(media["examples"]) : [];
  const { value } = resolve(document, first);
  if (value !== undefined) return value;
  const list = Array.isArray(schema["examples"]) ? schema["examples"] : [];
  return schema["example"] ?? list[0];
}

/** The object itself, or what its local reference leads to; an empty one where that is nothing. */
function resolve(document: JsonRecord, value: unknown): JsonRecord {
  let found = value;
  for (let count = 0; isRecord(found) && typeof found["$ref"] === "string"; count++) {
    if (count === REFERENCES_MAX) return {};
    found = at(document, found["$ref"]);
  }
  return isRecord(found) ? found : {};
}

function at(document: JsonRecord, reference: string): unknown {
  if (!reference.startsWith("#/")) return undefined;
  return reference
    .slice(2)
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce<unknown>((value, part) => {
      return isRecord(value) && Object.hasOwn(value, part) ? value[part] : undefined;
    }, document);
}

/** The schema with everything that it refers to. */
function wholeSchema(document: JsonRecord, schema: unknown): unknown {
  const waiting: string[] = [];
  const defs = new Map<string, unknown>();
  const refer = (name: string) => {
    if (!defs.has(name)) {
      defs.set(name, {});
      waiting.push(name);
    }
  };
  const own = ownSchema(schema, refer);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const found = at(document, `${SCHEMAS}${name}`);
    // What is not there stays a reference to nothing, and compiling the schema says so.
    if (found === undefined) defs.delete(name);
    else defs.set(name, ownSchema(found, refer));
  }
  if (defs.size === 0 || !isRecord(own)) return own;
  const before = isRecord(own["$defs"]) ? own["$defs"] : {};
  return { ...own, $defs: { ...before, ...Object.fromEntries(defs) } };
}

/** Members of a schema whose values are schemas by name: the names are the document's. */
const BY_NAME = new Set(["properties", "patternProperties", "$defs", "dependentSchemas"]);
/** Members whose values are data. */
const DATA = new Set(["const", "enum", "default", "examples"]);
const OPENAPIS_OWN = new Set(["example", "xml", "externalDocs", "discriminator", "nullable"]);

function ownSchema(schema: unknown, refer: (name: string) => void): unknown {
  if (Array.isArray(schema)) return schema.map((each) => ownSchema(each, refer));
  if (!isRecord(schema)) return schema;
  const members = Object.entries(schema).filter(
    ([key]) => !OPENAPIS_OWN.has(key) && !key.startsWith("x-"),
  );
  return Object.fromEntries(
    members.map(([key, value]) => {
      if (DATA.has(key)) return [key, value];
      if (BY_NAME.has(key) && isRecord(value)) {
        const named = Object.entries(value);
        return [
          key,
          Object.fromEntries(named.map(([name, each]) => [name, ownSchema(each, refer)])),
        ];
      }
      if (key !== "$ref" || typeof value !== "string" || !value.startsWith(SCHEMAS)) {
        return [key, ownSchema(value, refer)];
      }
      const name = value.slice(SCHEMAS.length);
      refer(name);
      return [key, `#/$defs/${name}`];
    }),
  );
}
