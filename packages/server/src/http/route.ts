import type { IncomingHttpHeaders } from "node:http";
import type * as z from "zod";
import type { Caller } from "../access/authenticate.ts";
import type { SessionPlace } from "../access/sessions.ts";
import type { Action } from "../domain/action.ts";
import type { Id } from "../domain/id.ts";
import type { Services } from "./services.ts";

/**
 * Who may call a route. `person` routes are for whoever has signed in, and about themselves. `organization` routes are for whoever belongs to one and may do the row's action: API keys by
 * their scopes, people by role, plan and membership; and for operators. `operator` routes are for these alone. `public` routes take no credentials;
 * `scraper` ones take none either from this very machine in development mode, and the operator's otherwise.
 */
export type Audience = "public" | "person" | "operator" | "organization" | "scraper";

type Schema = z.ZodType;
type Output<S extends Schema | undefined> = S extends Schema ? z.output<S> : undefined;

/** One row of the API: everything that the server, the OpenAPI document and the tests know about a route. */
export interface RouteDefinition<
  P extends Schema | undefined,
  Q extends Schema | undefined,
  B extends Schema | undefined,
> {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With parameters as `:name`. */
  readonly path: string;
  /** The action that roles, plans and scopes decide about. */
  readonly action: Action;
  readonly audience: Audience;
  /** A short sentence for the reference. */
  readonly summary: string;
  /** In the reference, where the path would give two routes the same one. */
  readonly operationId?: string;
  /** True: the lean handler in front of Fastify serves it, and this row only describes it. */
  readonly isLean?: boolean;
  /** Headers of its own, for the reference; `If-Match` of PATCH is added there. */
  readonly requestHeaders?: Schema;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** True: the answer is a stream of server-sent events that goes on; it has no answer to HEAD. */
  readonly isStream?: boolean;
  /** True: its GET uses something up, so nothing answers HEAD, by which link previews and scanners look ahead. */
  readonly isOneTime?: boolean;
  /** True: an absent body means `{}`. */
  readonly bodyOptional?: boolean;
  readonly status: number;
  /** A second status that comes with the same kind of body. */
  readonly otherStatus?: number;
  /** Of the answer; absent where it has no JSON body. */
  readonly response?: Schema;
  readonly handle: (call: Call<Output<P>, Output<Q>, Output<B>>) => Promise<Reply>;
}

/** A request that passed authentication and validation. */
export interface Call<P, Q, B> {
  readonly services: Services;
  readonly caller: Caller;
  readonly requestId: Id<"req">;
  /** Where the request comes from. */
  readonly origin: SessionPlace;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** For what is said in no other part: cookies. */
  readonly headers: IncomingHttpHeaders;
  /** The value of If-Match without quotes, or null. */
  readonly ifMatch: string | null;
  /** The value of Last-Event-ID, or null. */
  readonly lastEventId: string | null;
  /** Judges the credentials of the request again, for an answer that goes on; throws as at its beginning. */
  readonly identifyAgain: () => Promise<Caller>;
}

export interface Reply {
  /** `otherStatus` of the row, instead of `status`. */
  readonly status?: number;
  /** Sent as JSON, or as it is when it is a text or a stream and `headers` name its content type. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string | string[]>>;
}

/** A row whose schemas are no longer visible in its type. */
export type Route = RouteDefinition<Schema | undefined, Schema | undefined, Schema | undefined>;

/** Ties the types of a handler to the schemas of its row. */
export function route<
  P extends Schema | undefined = undefined,
  Q extends Schema | undefined = undefined,
  B extends Schema | undefined = undefined,
>(definition: RouteDefinition<P, Q, B>): Route {
  // Proof: `app.ts` calls the handler only with what these very schemas have parsed.
  return definition as unknown as Route;
}

/** Whether HEAD is answered like GET, without the body. */
export function answersHead({ method, isStream, isOneTime }: Route): boolean {
  return method === "GET" && !isStream && !isOneTime;
}
