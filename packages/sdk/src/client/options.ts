/** How to reach the server, and with which key. */
export interface ClientOptions {
  /** Of the server, such as `https://posthorn.example.com`. */
  readonly url: string | URL;
  /** The operator key (`pho_…`). Give this or `apiKey`. */
  readonly secretKey?: string | undefined;
  /** An API key of an organization (`phk_…`). */
  readonly apiKey?: string | undefined;
  /** The organization that calls act for unless they name another one. */
  readonly organizationId?: string | undefined;
  /** In place of the global one. */
  readonly fetch?: Fetch | undefined;
  /** Of each try; 30,000. */
  readonly timeoutMs?: number | undefined;
  /** Further tries after the first; 2. */
  readonly maxRetries?: number | undefined;
  /** Hears of every answer and of every failed try, for logs and metrics. */
  readonly onAnswer?: ((seen: AnswerSeen) => void) | undefined;
}

/** Like the global `fetch`. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** One try of one call, without anything secret in it. */
export interface AnswerSeen {
  readonly operation: string;
  readonly method: string;
  /** As in the OpenAPI document: ids are not part of it. */
  readonly path: string;
  /** From 1. */
  readonly attempt: number;
  /** Undefined when no answer came. */
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  readonly durationMs: number;
}

/** What may differ from call to call; each method takes it last. */
export interface CallOptions {
  /** The organization that this call acts for. */
  readonly organizationId?: string | undefined;
  /** Ends the call, and the waiting between tries. */
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
  readonly maxRetries?: number | undefined;
}

/** Of changes to an object with a version. */
export interface ChangeOptions extends CallOptions {
  /** The `version` that the change is made from: when it is no longer the current one, a `ConflictError` comes. */
  readonly ifMatch?: number | string | undefined;
}

/** Of publishing. */
export interface PublishOptions extends CallOptions {
  /** The same key means the same event for 24 hours; a random one when absent, so that retries are safe. */
  readonly idempotencyKey?: string | undefined;
}

/** All that a call can be told. */
export type AnyOptions = ChangeOptions & PublishOptions;

export interface Settings {
  /** Without a final slash. */
  readonly url: string;
  readonly key: string;
  readonly organizationId: string | undefined;
  readonly fetch: Fetch;
  readonly timeoutMs: number;
  readonly maxRetries: number;
  readonly onAnswer: (seen: AnswerSeen) => void;
}

/** Throws a `TypeError` for options that cannot work: better at start than at the first call. */
export function readOptions(options: ClientOptions): Settings {
  const { secretKey, apiKey, organizationId, timeoutMs = 30_000, maxRetries = 2 } = options;
  if ((secretKey === undefined) === (apiKey === undefined)) {
    throw new TypeError("Give either secretKey or apiKey.");
  }
  const key = secretKey ?? apiKey ?? "";
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new TypeError(`${secretKey === undefined ? "apiKey" : "secretKey"} is empty or no key.`);
  }
  if (!(timeoutMs > 0)) throw new TypeError("timeoutMs must be more than 0.");
  if (!Number.isInteger(maxRetries) || maxRetries < 0) {
    throw new TypeError("maxRetries must be 0 or more.");
  }
  return {
    url: readUrl(options.url),
    key,
    organizationId,
    // Called as a function of its own: some platforms refuse their fetch as a method of something else.
    fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    timeoutMs,
    maxRetries,
    onAnswer: options.onAnswer ?? (() => {}),
  };
}

function readUrl(given: string | URL): string {
  const url = parseUrl(String(given));
  const isHttp = url?.protocol === "http:" || url?.protocol === "https:";
  if (!url || !isHttp || url.username !== "" || url.search !== "" || url.hash !== "") {
    throw new TypeError(
      "url must be the address of a server, such as https://posthorn.example.com",
    );
  }
  return url.href.replace(/\/+$/, "");
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
