import type { AnyOptions } from "./options.ts";
import type { ApiCall } from "./transport.ts";

/** What a client knows about an operation; `generated/operations.ts` has a row for each. */
export interface OperationRow {
  readonly method: string;
  /** With parameters as `{name}`. */
  readonly path: string;
  /** It has query parameters besides the organization. */
  readonly query?: true;
  readonly body?: true;
  /** The query may name an organization. */
  readonly organization?: true;
  readonly idempotency?: "header" | "items";
  /** What it answers is a list, maybe one in pages. */
  readonly list?: true;
}

/** The three things that go into an operation. */
export interface Input {
  readonly params: readonly unknown[];
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** Ids, query, body and options from a method's arguments, in this order; what an operation does not take is not there. */
export function readArguments(
  row: OperationRow,
  given: readonly unknown[],
): Input & { readonly options: AnyOptions } {
  const rest = [...given];
  const params = [...row.path.matchAll(/\{/g)].map(() => rest.shift());
  const query = row.query ? rest.shift() : undefined;
  const body = row.body ? rest.shift() : undefined;
  const options = rest.shift();
  return { params, query: members(query), body, options: members(options) };
}

/** Throws a `TypeError` for an id that is none: `undefined` in a path would ask for something else. */
export function buildCall(
  operation: string,
  row: OperationRow,
  input: Input & { readonly options: AnyOptions; readonly organizationId: string | undefined },
): ApiCall {
  const { options } = input;
  const isItems = row.idempotency === "items" && isRetried(options);
  const body = isItems ? withItemKeys(input.body) : input.body;
  return {
    operation,
    method: row.method,
    template: row.path,
    target: pathOf(row.path, input.params) + queryOf(row, { ...input, body }),
    body: body === undefined ? undefined : JSON.stringify(body),
    idempotencyKey:
      row.idempotency === "header" ? (options.idempotencyKey ?? newKey(options)) : undefined,
    isRepeatable: isItems,
    options,
  };
}

function pathOf(template: string, params: readonly unknown[]): string {
  let index = 0;
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const given = params[index++];
    const id = Number.isSafeInteger(given) ? String(given) : given;
    if (typeof id !== "string" || id === "" || /^\.+$/.test(id)) {
      throw new TypeError(`${name} must be a text, such as an id; it is ${JSON.stringify(id)}.`);
    }
    return encodeURIComponent(id);
  });
}

function queryOf(
  row: OperationRow,
  { query, body, options, organizationId }: Parameters<typeof buildCall>[2],
): string {
  const isNamed = query["organizationId"] ?? members(body)["organizationId"];
  const organization =
    row.organization && !isNamed
      ? { organizationId: options.organizationId ?? organizationId }
      : {};
  const pairs = Object.entries({ ...query, ...organization }).flatMap(([name, value]) =>
    value === undefined || value === null ? [] : [[name, textOf(value)]],
  );
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs)}`;
}

/** A list means "or", and a comma says so. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(",");
  return value instanceof Date ? value.toISOString() : String(value);
}

function isRetried({ maxRetries }: AnyOptions): boolean {
  return maxRetries !== 0;
}

/** Without a key of the caller's, one for the tries of this call: the event is then published once. */
function newKey(options: AnyOptions): string | undefined {
  return isRetried(options) ? crypto.randomUUID() : undefined;
}

function withItemKeys(body: unknown): unknown {
  const { events, ...rest } = members(body);
  if (!Array.isArray(events)) return body;
  const keyed = events.map((event: unknown) => ({
    idempotencyKey: crypto.randomUUID(),
    ...members(event),
  }));
  return { ...rest, events: keyed };
}

function members(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
