/** Every bound in the product, with its unit in the name and its reason beside it. */

/** An event's `data`, and so the ingest body apart from the small rest: a webhook is a notice, not a file. */
export const EVENT_DATA_BYTES_MAX = 256 * 1024;
/** What stands around `data` in a publish request: type, resource, keys. */
export const EVENT_REST_BYTES_MAX = 8 * 1024;
/** Deeper JSON breaks recursive parsers at receivers; PostgreSQL and JSON.stringify fail at some thousands. */
export const EVENT_DEPTH_MAX = 64;
export const EVENT_TYPE_LENGTH_MAX = 128;
export const BATCH_EVENTS_MAX = 100;
/** A whole batch request: one hundred full events would be 25 MiB in one buffer, more than a node should hold per caller. */
export const BATCH_BYTES_MAX = 4 * 1024 * 1024;
/** Every other request body. */
export const REQUEST_BYTES_MAX = 256 * 1024;
export const IDEMPOTENCY_KEY_LENGTH_MAX = 255;
export const IDEMPOTENCY_KEPT_HOURS = 24;

/** Fan-out happens in the accepting statement, so its width must be bounded. */
export const ENDPOINTS_PER_ORGANIZATION_MAX = 50;
export const ENDPOINT_URL_LENGTH_MAX = 2048;
export const ENDPOINT_EVENTS_MAX = 1000;
export const ENDPOINT_HEADERS_MAX = 20;
export const HEADER_VALUE_LENGTH_MAX = 4096;
export const DESCRIPTION_LENGTH_MAX = 500;

/** What is read of a response body before the connection is cut, and what is kept of it. */
export const RESPONSE_BODY_READ_BYTES_MAX = 64 * 1024;
export const RESPONSE_BODY_KEPT_BYTES_MAX = 16 * 1024;
/** A 2xx is known at the headers; a body that stalls afterwards holds its slot no longer than this. */
export const RESPONSE_BODY_READ_MS_MAX = 5_000;
export const DNS_MS_MAX = 3_000;
export const DNS_ANSWERS_MAX = 16;
export const DNS_CACHE_MS_MAX = 60_000;
export const DNS_CACHE_NEGATIVE_MS = 5_000;
/** An address is checked when its socket opens; an old socket would outlive a change of policy or of DNS. */
export const SOCKET_AGE_MS_MAX = 60_000;

export const LIST_LIMIT_MAX = 100;
export const LIST_LIMIT_DEFAULT = 20;
/** Rounds of a 24 h table plus ten retries: a Retry-After never waits longer. */
export const RETRY_AFTER_MS_MAX = 24 * 60 * 60 * 1000;
