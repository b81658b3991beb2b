/** Entry `@posthorn/sdk`: the API of a Posthorn server, for programs. Runs wherever there is a `fetch`. */
import { List } from "./client/list.ts";
import { METHODS } from "./client/methods.ts";
import { readOptions, type AnyOptions, type ClientOptions } from "./client/options.ts";
import { buildCall, readArguments, type Input, type OperationRow } from "./client/request.ts";
import { createTransport } from "./client/transport.ts";
import type { Answer, Body, OperationId, Query } from "./generated/api.ts";
import type { Resources } from "./generated/client.ts";
import { OPERATIONS } from "./generated/operations.ts";

export type * from "./generated/api.ts";
export type * from "./generated/client.ts";
export { OPERATIONS } from "./generated/operations.ts";
export {
  createKeyCheck,
  type CheckKey,
  type KeyHolder,
  type KeyUse,
  type VerifyApiKeyOptions,
} from "./keys/check-key.ts";
export type { Refusal } from "./keys/refusal.ts";
export { List, type Page } from "./client/list.ts";
export type {
  AnswerSeen,
  CallOptions,
  ChangeOptions,
  ClientOptions,
  Fetch,
  PublishOptions,
} from "./client/options.ts";
export {
  ApiConnectionError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  NotFoundError,
  PermissionError,
  PosthornError,
  RateLimitError,
  ServerError,
  ValidationError,
  type FailureFacts,
  type FieldError,
} from "./errors.ts";

/** What an operation takes, by name. */
export interface OperationInput<Id extends OperationId> {
  /** The ids in its path, in the order in which they stand there. */
  readonly params?: readonly string[] | undefined;
  readonly query?: Query<Id> | undefined;
  readonly body?: Body<Id> | undefined;
}

/** Every noun of the API with its verbs, and `request` for any operation by its id. */
export interface AdminClient extends Resources {
  request<Id extends OperationId>(
    operation: Id,
    input?: OperationInput<Id>,
    options?: AnyOptions,
  ): Promise<Answer<Id>>;
}

/**
 * A client of the API. Methods throw a `PosthornError`. Calls are tried again after 429, 5xx and lost connections, where
 * that cannot do something twice; publishing carries an idempotency key for it.
 *
 * ```ts
 * const admin = createAdminClient({ url: "https://posthorn.example.com", secretKey: process.env.POSTHORN_OPERATOR_KEY! });
 * await admin.webhooks.sendTest(endpointId, { eventType: "order.created" });
 * ```
 */
export function createAdminClient(options: ClientOptions): AdminClient {
  const settings = readOptions(options);
  const send = createTransport(settings);
  const perform = (operation: OperationId, input: Input & { readonly options: AnyOptions }) => {
    const { organizationId } = settings;
    return send(buildCall(operation, OPERATIONS[operation], { ...input, organizationId }));
  };
  const method = (operation: OperationId) => {
    const row: OperationRow = OPERATIONS[operation];
    return (...given: readonly unknown[]) => {
      const input = readArguments(row, given);
      if (!row.list) return perform(operation, input);
      return new List((cursor) => {
        const query = cursor === undefined ? input.query : { ...input.query, cursor };
        // Proof: the answer of an operation whose row says `list` has `data` and, in pages, `nextCursor`.
        return perform(operation, { ...input, query }) as Promise<{ data: readonly unknown[] }>;
      });
    };
  };
  const resources = Object.entries<Readonly<Record<string, OperationId>>>(METHODS).map(
    ([noun, verbs]) => {
      const methods = Object.entries(verbs).map(([verb, operation]) => [verb, method(operation)]);
      return [noun, Object.freeze(Object.fromEntries(methods))];
    },
  );
  const request: AdminClient["request"] = (operation, input = {}, callOptions = {}) => {
    const { params = [], query = {}, body } = input;
    // Proof: the types of the answers are made from what the server answers.
    return perform(operation, { params, query, body, options: callOptions }) as Promise<never>;
  };
  // Proof: `Resources` is generated from the same two tables, METHODS and OPERATIONS.
  return Object.freeze({ ...Object.fromEntries(resources), request }) as unknown as AdminClient;
}
