/** Every bound in the product, with its unit in the name and its reason beside it. */

/** An event's `data`, and so the ingest body apart from the small rest: a webhook is a notice, not a file. */
export const EVENT_DATA_BYTES_MAX = 256 * 1024;
/** What stands around `data` in a publish request: type, resource, keys. */
export const EVENT_REST_BYTES_MAX = 8 * 1024;
/** Deeper JSON breaks recursive parsers at receivers; PostgreSQL and JSON.stringify fail at some thousands. */
export const EVENT_DEPTH_MAX = 64;
export const EVENT_TYPE_LENGTH_MAX = 128;
/** That operators have added or changed: every node holds all of them, and every page of event types is sent all. */
export const EVENT_TYPES_CHANGED_MAX = 500;
/** Of one document: as many as may change, and as many again that a profile has already. */
export const EVENT_TYPES_IMPORTED_MAX = 1_000;
/** Of all schemas and examples of a document: a few bytes that many types share are in each of them. */
export const IMPORT_PARTS_MAX = 100_000;
/** Time of the processor for judging a whole document, one type at a time; 500 ordinary ones take 2 to 5 s. */
export const IMPORT_JUDGE_MS_MAX = 20_000;
export const EVENT_TYPE_SCHEMA_BYTES_MAX = 32 * 1024;
export const EVENT_TYPE_EXAMPLE_BYTES_MAX = 32 * 1024;
export const EVENT_TYPE_PATTERN_LENGTH_MAX = 200;
/** Of the plans of a profile that were published; older ones stay in the audit log as long as that is kept. */
export const PLAN_VERSIONS_SHOWN_MAX = 50;
/** What the coverage of a catalogue looks back on, and how many pairs of organization and type it looks at. */
export const COVERAGE_DAYS = 30;
export const COVERAGE_PAIRS_MAX = 5_000;
/** Endpoints that are shown by name before a type is deprecated. */
export const SUBSCRIBERS_SHOWN_MAX = 20;
/** Beside each type stands what was published of it in so long; more than so many are told as "at least". */
export const PUBLISHED_DAYS = 7;
export const PUBLISHED_COUNTED_MAX = 10_000;
/** A content filter runs for every event of its endpoint, inside accepting: its cost must be small and known. */
export const FILTER_NODES_MAX = 100;
/** `$contains` alone reads the whole text of an event; fifty endpoints ask it as often as their filters have it. */
export const FILTER_CONTAINS_NODES = 10;
export const FILTER_DEPTH_MAX = 8;
export const BATCH_EVENTS_MAX = 100;
/** A whole batch request: one hundred full events would be 25 MiB in one buffer, more than a node should hold per caller. */
export const BATCH_BYTES_MAX = 4 * 1024 * 1024;
/** The operator's picture: it is on every page, and stands in one row. */
export const LOGO_BYTES_MAX = 64 * 1024;
/** Every other request body. */
export const REQUEST_BYTES_MAX = 256 * 1024;
export const IDEMPOTENCY_KEY_LENGTH_MAX = 255;
export const IDEMPOTENCY_KEPT_HOURS = 24;

/** Fan-out happens in the accepting statement, so its width must be bounded. */
export const ENDPOINTS_PER_ORGANIZATION_MAX = 50;
/** Living keys; revoked and expired ones do not count. */
export const API_KEYS_PER_ORGANIZATION_MAX = 1_000;
/** People of one organization, and invitations that wait. */
export const MEMBERS_PER_ORGANIZATION_MAX = 1_000;
/** Of all keys of an organization together, and of each of its people, where neither plan nor operator says more or less. */
export const READS_PER_MINUTE_DEFAULT = 6_000;
export const WRITES_PER_MINUTE_DEFAULT = 1_200;
export const REQUESTS_PER_MINUTE_MAX = 1_000_000;
/** Names whose requests one process counts at a time. */
export const LIMITED_NAMES_MAX = 100_000;
/** A key that ends so soon is worth a word on the first page. */
export const API_KEY_EXPIRY_SOON_DAYS = 7;
/** Scopes, resources or address blocks of one key. */
export const API_KEY_LIST_MAX = 100;
export const API_KEY_REQUESTS_PER_MINUTE_MAX = 1_000_000;
/** After a roll the old key may live on for so long. */
export const API_KEY_OVERLAP_SECONDS_MAX = 7 * 86_400;
/** The tree is sent and replaced as a whole. */
export const RESOURCES_PER_ORGANIZATION_MAX = 5_000;
/** A session ends after so long, however busy it is; and when nobody used it for so long. */
export const SESSION_LIFE_MS = 7 * 86_400_000;
export const SESSION_IDLE_MS = 12 * 3_600_000;
export const PORTAL_SESSION_LIFE_MS = 86_400_000;
/** Of a command line: however long it was not used, because nobody sits in front of it. */
export const CLI_SESSION_LIFE_MS = 90 * 86_400_000;
/** A command line that waits to be approved. */
export const DEVICE_LOGIN_LIFE_MS = 10 * 60_000;
export const DEVICE_LOGIN_POLL_SECONDS = 2;
/** Of all addresses together: strangers may ask, so there must be an end. */
export const DEVICE_LOGINS_WAITING_MAX = 10_000;
/** Links that work once: into a portal or the first sign-in, to a new password, into an organization. */
export const PORTAL_LINK_LIFE_MS = 15 * 60_000;
export const SETUP_LINK_LIFE_MS = 15 * 60_000;
export const RESET_LINK_LIFE_MS = 3_600_000;
export const EMAIL_LINK_LIFE_MS = 3_600_000;
/** From the way to the identity provider to the way back: a sign-in with a second factor, and not a lunch. */
export const OIDC_LIFE_MS = 10 * 60_000;
export const OIDC_ANSWER_MS_MAX = 10_000;
/** What an identity provider says of itself is read again after so long. */
export const OIDC_METADATA_KEPT_MS = 3_600_000;
export const RETURN_PATH_LENGTH_MAX = 500;
export const INVITATION_LIFE_MS = 7 * 86_400_000;
/** Sign-ins from one address (of IPv6 the /64) in ten minutes. */
export const SIGN_INS_PER_ADDRESS_MAX = 20;
export const SIGN_INS_WINDOW_MS = 10 * 60_000;
export const EMAIL_LENGTH_MAX = 254;
/** Rows of a deleted organization that one statement removes: well within the time limit of statements. */
export const REMAINS_BATCH_MAX = 2_000;
export const REMAINS_EVERY_MS = 5_000;
/** Refusals of one caller for one reason are told once in so long; and of so many callers at the most. */
export const REFUSALS_EVERY_MS = 10_000;
export const REFUSALS_WAITING_MAX = 200;
/** Questions about a key that are longer are read in full, as every other body. */
export const PLAIN_QUESTION_BYTES_MAX = 2_048;
/** Use of keys is counted in memory and written so often: a row a key and not a row a request. */
export const KEY_USAGE_EVERY_MS = 2_000;
/** Single calls of one key that a node writes down at a time; under load a sample is enough to look at. */
export const KEY_CALLS_SAMPLED_MAX = 50;
/** The same of all keys together: at thousands of requests a second their rows would cost more than the answers. */
export const KEY_CALLS_OF_NODE_MAX = 500;
/** Keys that a node counts at a time; what goes beyond is written with the next. */
export const KEY_USAGE_KEYS_MAX = 5_000;
export const KEY_CALLS_KEPT_DAYS = 7;
export const KEY_USAGE_KEPT_DAYS = 90;
export const ENDPOINT_URL_LENGTH_MAX = 2048;
export const ENDPOINT_EVENTS_MAX = 1000;
/** Each signs every delivery during its overlap: rolling again and again must not grow the header. */
export const PREVIOUS_SECRETS_MAX = 4;
export const ENDPOINT_HEADERS_MAX = 20;
export const HEADER_NAME_LENGTH_MAX = 64;
export const HEADER_VALUE_LENGTH_MAX = 4096;
export const DESCRIPTION_LENGTH_MAX = 500;
/** Requests in one period of a rate limit; more than a node can send is no limit. */
export const RATE_LIMIT_COUNT_MAX = 1_000_000;
/** Each gets a mail of its own about trouble with the endpoint. */
export const ALERT_EMAILS_MAX = 10;
/** Owners and admins who hear of trouble where an endpoint names nobody. */
export const ALERT_RECIPIENTS_MAX = 20;
/** Names that people give: of organizations and keys. */
export const NAME_LENGTH_MAX = 100;

/** What is read of a response body before the connection is cut, and what is kept of it. */
export const RESPONSE_BODY_READ_BYTES_MAX = 64 * 1024;
export const RESPONSE_BODY_KEPT_BYTES_MAX = 16 * 1024;
/** A longer answer to a first attempt does not stand in the row of the delivery, which every list reads. */
export const FIRST_RESPONSE_BODY_BYTES_MAX = 512;
/** A 2xx is known at the headers; a body that stalls afterwards holds its slot no longer than this. */
export const RESPONSE_BODY_READ_MS_MAX = 5_000;
export const DNS_MS_MAX = 3_000;
export const DNS_ANSWERS_MAX = 16;
export const DNS_CACHE_MS_MAX = 60_000;
export const DNS_CACHE_NEGATIVE_MS = 5_000;
/** An address is checked when its socket opens; an old socket would outlive a change of policy or of DNS. */
export const SOCKET_AGE_MS_MAX = 60_000;
/** Names kept in the DNS cache of one node; the least recently asked goes first. */
export const DNS_NAMES_CACHED_MAX = 10_000;
/** When one address family has answered, the other may delay the connection no longer than this (RFC 8305: 50 ms; DNS is far away). */
export const DNS_SECOND_FAMILY_MS = 300;
/** TCP and TLS together: a black hole must not hold a socket for the whole deadline of every attempt. */
export const CONNECT_MS_MAX = 10_000;
/** Open sockets to one origin: shared hosts serve many endpoints, yet no receiver wants thousands. */
export const SOCKETS_PER_ORIGIN_MAX = 128;
/** Idle sockets of one node over all origins, and how long one waits: shorter than most receivers' own limit (5 s). */
export const SOCKETS_IDLE_MAX = 512;
export const SOCKET_IDLE_MS = 4_000;
/** Status line and headers of a response. */
export const RESPONSE_HEADER_BYTES_MAX = 16 * 1024;
/** What is kept of one response header. */
export const RESPONSE_HEADER_LENGTH_MAX = 1_024;
/** More interim responses (1xx) than this are a flood and not a hint. */
export const RESPONSE_INTERIM_MAX = 16;
/** Endpoint URLs whose parsed form is kept, so that a busy endpoint's URL is not parsed at every attempt. */
export const URLS_PARSED_MAX = 4_096;

export const LIST_LIMIT_MAX = 100;
export const LIST_LIMIT_DEFAULT = 20;
/** The attempts of one delivery that are shown, each with its response body: the latest ones. */
export const ATTEMPTS_SHOWN_MAX = 200;
/** Newest events of a type or resource that a list of deliveries looks at before it walks the log: milliseconds of look-ups. */
export const DELIVERY_WINDOW_EVENTS_MAX = 1_000;
/** Lists of deliveries and events look at no longer time than this. */
export const LIST_RANGE_DAYS_MAX = 90;
/** Test events and connectivity checks of one organization on one node: each is a request to a stranger. */
export const TEST_SENDS_PER_MINUTE_MAX = 20;
/** What a check of an endpoint asks for after the first request, side by side: a person waits for all of it. */
export const CHECK_REQUEST_MS_MAX = 10_000;
/** An answer that takes longer passes a check with a warning: at busy times it will run into the time limit. */
export const CHECK_ANSWER_MS_GOOD = 3_000;
/** How old the request of a check is made, and what receivers should refuse. */
export const CHECK_STALE_SECONDS = 600;
/** A certificate that ends sooner passes a check with a warning. */
export const CHECK_CERTIFICATE_DAYS_GOOD = 14;
/** Deliveries that the keys and people of one organization send again one by one; for many there are paced jobs. */
export const REDELIVERIES_PER_MINUTE_MAX = 60;
/** Over all redeliveries of one delivery: the database counts in 16 bits, and one row over that stops every claim. */
export const DELIVERY_ATTEMPTS_MAX = 32_000;
/** Objects named in one bulk request. */
export const BULK_IDS_MAX = 100;
/** Search text is matched literally in every row of a list. */
export const SEARCH_LENGTH_MAX = 200;
/** Rounds of a 24 h table plus ten retries: a Retry-After never waits longer. */
export const RETRY_AFTER_MS_MAX = 24 * 60 * 60 * 1000;

/** A node writes its heartbeat this often; it is dead for the others after `NODE_DEAD_AFTER_MS` without one. */
export const HEARTBEAT_MS = 5_000;
export const NODE_DEAD_AFTER_MS = 20_000;
/**
 * The row of a dead node stays this long at least: longer than an accepting statement may run that met it alive, for
 * the leases which it grants are found by that row alone.
 */
export const NODE_FORGOTTEN_AFTER_MS = 30_000;
/** A node stops itself before the others take over, with a margin for a request that has just begun. */
export const SELF_FENCE_AFTER_MS = 10_000;
/** A node whose clock differs more from the database's does not sign: receivers refuse what is minutes off. */
export const CLOCK_OFFSET_MS_MAX = 30_000;
/** The right to make one attempt. At least twice the longest deadline and 15 s, or a slow answer meets a takeover. */
export const LEASE_MS = 90_000;
/** No attempt starts later than this after its claim was issued: its deadline must fit into the lease. */
export const START_AFTER_CLAIM_MS_MAX = 50_000;
export const SWEEP_EVERY_MS = 5_000;
export const SWEEP_BATCH_MAX = 500;
/** Due deliveries are looked for this often while there are some, and when idle. */
export const CLAIM_POLL_MS = 250;
export const CLAIM_POLL_IDLE_MS = 1_000;
/** Deliveries a second that an operator may let all nodes go on with; above it, no ceiling is the better one. */
export const DELIVERIES_RATE_PER_SECOND_MAX = 10_000;
/** What may start at once under it after a claim that came late. */
export const DELIVERIES_RATE_BURST_MS = 500;
/** Deliveries of a deleted endpoint that one statement cancels. */
export const CANCEL_BATCH_MAX = 5_000;
export const CLAIM_ENDPOINTS_MAX = 500;

/** Queues of ordering keys that one statement advances. */
export const QUEUES_ADVANCED_MAX = 500;
/** A queue that nobody advanced, because the node died that should have, waits this long; with pauses in between. */
export const QUEUES_REVIEW_MS = 5_000;
export const QUEUES_PAGE_PAUSE_MS = 250;
/** Deliveries of a queue that one statement cancels. */
export const QUEUE_CANCELLED_MAX = 5_000;

/** Lost attempts after which a delivery is made in a process of its own: once may be the machine, twice is a pattern. */
export const ISOLATED_FROM_LOST = 2;
/**
 * Lost attempts, those of nodes counted up to the number above, after which a delivery has failed whatever its schedule
 * says: it ends each process that makes it and nothing else.
 */
export const POISON_LOST_MAX = 5;
/** Each takes some 60 MB while it lasts. With one alone, what two nodes left behind them took more than a minute. */
export const ISOLATED_PROCESSES_MAX = 4;
/** Longer than this no isolated attempt waits for those before it: its lease must outlast its request. */
export const ISOLATION_WAIT_MS = 5_000;
/** What an isolated attempt may take besides its time limit: the start of its process, for the most part. */
export const ISOLATION_GRACE_MS = 4_000;
export const ISOLATION_IDLE_MS = 10_000;

/** A cached endpoint or key may be used this long after the last proof that changes are heard. */
export const CACHE_TRUST_MS = 4_500;

/** Attempts in flight on one node: sockets and memory, not CPU, are what they cost. */
export const SLOTS_PER_NODE = 1024;
/** Of them, what one organization may hold: another one always finds free slots. */
export const SLOTS_PER_ORGANIZATION = SLOTS_PER_NODE / 2;
/** Files that are kept for callers, sessions with the database and everything else, where the system allows few. */
export const FILES_RESERVED = 128;
/** However few files there are: a node that cannot send at all had better not start. */
export const SLOTS_PER_NODE_MIN = 8;
/** Requests in flight to one endpoint at first; falls to 1 when it struggles, grows while it does well. */
export const ENDPOINT_CONCURRENCY_START = 10;
export const ENDPOINT_CONCURRENCY_MAX = 64;
/** Leased deliveries that wait in one node's memory, and their bytes; the rest stays in the database. */
export const QUEUED_DELIVERIES_MAX = 10_000;
export const QUEUED_BYTES_MAX = 64 * 1024 * 1024;
/** Bodies of requests in flight on one node: a thousand of the largest events would be a quarter of a gigabyte. */
export const IN_FLIGHT_BYTES_MAX = 64 * 1024 * 1024;
/** Requests a second to an endpoint that fails whatever it gets: enough to notice that it is back. */
export const PACE_MIN_PER_SECOND = 5;
/** From this rate on the number of requests in flight is bound enough. */
export const PACE_NONE_FROM_PER_SECOND = 1_000;
/** How long it is watched what gets through before the rate is lowered again. */
export const PACE_OBSERVED_MS = 1_000;
/** What a timer may be late without costing requests. */
export const PACE_TOLERANCE_MS = 100;
/** A lane takes as many fresh deliveries as it can start within about this time. */
export const LANE_START_WITHIN_MS = 2_000;

/** One accepting statement: large enough to share the flush to disk, small enough to answer soon. */
export const ACCEPT_EVENTS_MAX = 500;
export const ACCEPT_BYTES_MAX = 2 * 1024 * 1024;
export const ACCEPT_DELIVERIES_MAX = 2_500;
/** Events that wait for their statement; beyond it the answer is 503 instead of unbounded memory. */
export const ACCEPT_WAITING_MAX = 10_000;
export const ACCEPT_WAITING_BYTES_MAX = 64 * 1024 * 1024;
/** When a statement takes longer than this and then fails, what waits behind it is refused with it. */
export const ACCEPT_PATIENCE_MS = 2_000;
/** How long a node goes by what it knows about an endpoint's run of failures before it says again what it sees. */
export const FAILING_TRUST_MS = 2_000;
/** One settling statement. */
export const SETTLE_ATTEMPTS_MAX = 1_000;
/** A settling statement that has not answered for so long goes out once more, on another connection. */
export const SETTLE_AGAIN_MS = 5_000;

/** The listener: slow or endless requests hold a connection no longer than this. */
export const HEADERS_TIMEOUT_MS = 10_000;
export const REQUEST_TIMEOUT_MS = 15_000;
/** So long a caller who was refused before its body had been read may read the answer. */
export const HANG_UP_AFTER_MS = 3_000;
export const HEADERS_BYTES_MAX = 16 * 1024;
export const URL_LENGTH_MAX = 8 * 1024;
/** Longer than the idle time of common proxies, so that they never write into a connection we are closing. */
export const KEEP_ALIVE_MS = 75_000;
/** While the database is away, results of sent requests are kept and written again after this pause. */
export const SETTLE_RETRY_MS = 500;
/** Daily partitions are made this far ahead, so that a node that cannot make them for a week loses nothing. */
export const PARTITION_DAYS_AHEAD = 7;
export const HOUSEKEEPING_EVERY_MS = 10 * 60_000;
/** Whether a day is over is looked at so often; what could not be dropped is tried again then. */
export const RETENTION_EVERY_MS = 10 * 60_000;
/** Dropping a day stops everything on its table while it waits for the lock: less than any deadline of a request. */
export const RETENTION_LOCK_MS_MAX = 2_000;
/** Deliveries that one statement cancels at the end of the retention. */
export const RETENTION_BATCH_MAX = 5_000;
/** So long before they are cancelled, held deliveries are announced. */
export const RETENTION_ANNOUNCED_DAYS = 3;
/** Rows outside of every day's partition raise an alarm within a minute; there may be many, nobody needs the number. */
export const DEFAULT_ROWS_EVERY_MS = 30_000;
export const DEFAULT_ROWS_COUNTED_MAX = 10_000;
/** Where a metric counts rows: enough for every alarm, and read in milliseconds. */
export const COUNTED_ROWS_MAX = 10_000;
/** Numbers about the database are read no more often, however many scrape: shorter than any scrape interval. */
export const MEASURES_KEPT_MS = 5_000;
/** Within this time the processes of `--workers` answer a scrape, or their numbers are left out of it. */
export const SCRAPE_GATHER_MS_MAX = 2_000;
/** A node that has not looked for due deliveries for so long is not ready, however alive its process is. */
export const CLAIM_STALLED_AFTER_MS = 15_000;
/** From the first signal to the exit: longer than the longest deadline, shorter than what orchestrators wait. */
export const STOP_MS_MAX = 38_000;
/** One Ctrl-C arrives twice below npm, which hands on what the terminal has sent to both: sooner than this is the same. */
export const SECOND_SIGNAL_AFTER_MS = 300;

/** Test inboxes are for looking at, not for keeping. */
export const INBOXES_PER_ORGANIZATION_MAX = 20;
export const INBOX_REQUESTS_KEPT_MAX = 200;
/** Deliveries that an inbox recognises when they come again: more than any burst that people try out. */
export const INBOX_DELIVERIES_REMEMBERED_MAX = 10_000;
/** The largest event and an envelope around it. */
export const INBOX_BODY_BYTES_MAX = EVENT_DATA_BYTES_MAX + 16 * 1024;
export const INBOX_DELAY_MS_MAX = 40_000;
/** How long an inbox that never answers holds its socket. */
export const INBOX_SILENCE_MS_MAX = 60_000;
/** Requests to inboxes that one node writes at once, so that people find free connections; the others wait in memory. */
export const INBOX_RECORDS_AT_ONCE = 3;
export const INBOX_RECORDS_WAITING_MAX = 200;

/** Incoming webhooks. A source is an address with secrets; more than these are a mistake of a script. */
export const SOURCES_PER_ORGANIZATION_MAX = 50;
/** The largest body that is taken in; what it becomes as an event may have `EVENT_DATA_BYTES_MAX`. */
export const SOURCE_BODY_BYTES_MAX = 1024 * 1024;
/** Bodies that one node reads at a time, together: strangers who know an address must not fill its memory. */
export const SOURCE_BODIES_BYTES_MAX = 64 * 1024 * 1024;
/** Requests to one source that a node takes: far above what providers send, and no flood. */
export const SOURCE_REQUESTS_PER_MINUTE_MAX = 6_000;
/** Of refused requests a sample is kept, so that a flood of them fills no disk: a minute and node, and in all. */
export const REFUSED_SAMPLED_PER_MINUTE_MAX = 20;
export const REFUSED_KEPT_MAX = 500;
export const REFUSED_KEPT_DAYS = 7;
export const REFUSED_BODY_BYTES_MAX = 16 * 1024;
/** Counts and samples are written so often, and a node holds so many samples until then. */
export const SOURCE_LOG_EVERY_MS = 1_000;
export const REFUSED_WAITING_MAX = 200;
export const SOURCE_USAGE_KEPT_DAYS = 90;
/** Provider's types that one source maps. */
export const SOURCE_MAPPING_MAX = 500;
/** A signature of the generic provider may be so far from now. */
export const SOURCE_TOLERANCE_SECONDS_MAX = 86_400;
/** After a roll the old secret of a source is accepted for so long, and at the most. */
export const SOURCE_OVERLAP_SECONDS = 86_400;
export const SOURCE_OVERLAP_SECONDS_MAX = 7 * 86_400;
/** Receipts that one step makes events of; with their bodies they are in memory. */
export const RECEIPTS_MAPPED_MAX = 32;
/** The right to make events of claimed receipts: a node that has ended loses it. */
export const RECEIPT_CLAIM_MS = 15_000;
/** Looked for so often when nobody says that there are some: those of nodes that have ended, or were away. */
export const RECEIPT_POLL_MS = 1_000;
/** A provider's id or type as far as it is shown. */
export const PROVIDER_TEXT_LENGTH_MAX = 256;

/** Outboxes of one installation: each is a loop and two sessions of one node. */
export const OUTBOXES_MAX = 20;
/** A relay looks so often when it found nothing: half of it is what the quiet outbox adds to a delivery. */
export const OUTBOX_POLL_MS = 100;
/** After a failure; the loop comes to no rest and the log to no flood. */
export const OUTBOX_FAILURE_PAUSE_MS_MAX = 2_000;
/** No answer of the operator's database for so long: the sessions are given up and opened anew. */
export const OUTBOX_ANSWER_MS_MAX = 20_000;
/** How long a node may relay an outbox without having said so again, and how often it does. */
export const OUTBOX_LEASE_MS = 10_000;
export const OUTBOX_LEASE_EVERY_MS = 2_000;
/** Rows are counted up to this: the exact number of a flood helps nobody and would have to be read. */
export const OUTBOX_ROWS_COUNTED_MAX = 100_000;
/** Dead rows that the command line lists. */
export const OUTBOX_DEAD_LISTED_MAX = 100;

/** Work in the background. A batch is one short transaction: people's cancelling waits no longer than for it. */
export const JOB_BATCH_MAX = 500;
/** Deliveries that one job has made due and that have no result yet: what it can put in front of others. */
export const JOB_WATCHED_MAX = 500;
/** A result that is not there after so long is not waited for: its endpoint may be paused, or hours behind. */
export const JOB_WATCH_MS_MAX = 120_000;
/** The right to make one batch; its statements have less time than that. */
export const JOB_LEASE_MS = 40_000;
/** Due jobs are looked for so often when there is none. */
export const JOB_POLL_MS = 250;
/** From one batch of a job to its next one: many small batches cost more than they gain. */
export const JOB_BATCH_EVERY_MS = 100;
/** What a paced job may catch up with at once after it had to wait. */
export const JOB_BURST_MS_MAX = 1_000;
/** A job whose batches break so often in a row is given up; the pauses between them grow to a minute. */
export const JOB_FAILURES_MAX = 10;
export const JOB_FAILURE_PAUSE_MS_MAX = 60_000;
export const JOBS_PER_ORGANIZATION_MAX = 20;
export const JOBS_KEPT_DAYS = 30;
/** Deliveries a second that a replay makes due unless it is told another pace: most receivers bear it. */
export const JOB_RATE_DEFAULT = "20/s";
export const JOB_RATE_PER_SECOND_MAX = 1_000;
/** Deliveries of one organization that are counted before a replay over all of them, and organizations that are named. */
export const ACROSS_COUNTED_MAX = 10_000;
export const ACROSS_LISTED_MAX = 100;
/** A count before a job stops here; nobody decides differently about more. */
export const JOB_COUNTED_MAX = 100_000;
/** Events that are read to count what an endpoint misses; with a content filter their data must be read, too. */
export const MISSING_SCANNED_MAX = 50_000;
export const MISSING_FILTERED_MAX = 5_000;
export const MISSING_PAGE = 500;
export const MISSING_FILTERED_PAGE = 50;
/** Past events that a preview of filter and subscriptions looks at; each may have to be read whole. */
export const PREVIEW_EVENTS_MAX = 100;
export const PREVIEW_EVENTS_DEFAULT = 20;
/** Held deliveries of one endpoint that are counted with their types; of each of them the event must be looked up. */
export const HELD_COUNTED_MAX = 50_000;
/** Days of endpoints that hold deliveries, in the forecast of the retention, and deliveries counted of each endpoint. */
export const HELD_DAYS_SHOWN_MAX = 200;
export const HELD_DAY_COUNTED_MAX = 10_000;

/** An endpoint that fails for so long is announced; most hiccups are over before. */
export const FAILING_ANNOUNCED_AFTER_MS = 60 * 60_000;
/** People hear that an old secret stops signing when so little of its overlap is left. */
export const SECRET_ENDING_ANNOUNCED_BEFORE_MS = 6 * 60 * 60_000;
/** What has to be told is looked for this often, and at once when this node made it. */
export const NOTICES_EVERY_MS = 2_000;
/** One node at a time tells; who comes in its way looks again so soon. */
export const NOTICES_BUSY_MS = 100;
/** Facts that one transaction tells: a storm of failures must not become one long transaction. */
export const ANNOUNCEMENTS_BATCH_MAX = 500;
/** Newest deliveries of an endpoint that are looked at for the kind of events it fails at. */
export const NOTICE_DELIVERIES_SEEN_MAX = 1_000;
/** Mails to the same people about the same endpoint: the first at once, then no more than one in this time. */
export const ALERT_MAIL_EVERY_MS = 60 * 60_000;
/** Endpoints whose owners are written to in one round. */
export const ALERT_MAIL_ENDPOINTS_MAX = 100;
/** Mails that wait; beyond it notices wait instead, so a dead mail server cannot fill the disk. */
export const MAILS_QUEUED_MAX = 10_000;
/** Mails that one node takes at once, one after the other; all of them must fit into their lease. */
export const MAILS_BATCH_MAX = 10;
export const MAIL_EVERY_MS = 2_000;
/** Longest steps of one mail: connection and greeting, then each silence of the server. */
export const MAIL_CONNECT_MS_MAX = 10_000;
export const MAIL_SILENCE_MS_MAX = 15_000;
/** Nobody else sends a mail that was taken; after it the node that took it counts as dead. */
export const MAIL_LEASE_MS = 10 * 60_000;
/** Pauses after failed attempts grow from the first to the second value. */
export const MAIL_RETRY_MS_MIN = 15_000;
export const MAIL_RETRY_MS_MAX = 30 * 60_000;
/** What could not be sent for so long is given up: by then it is no news. */
export const MAIL_GIVEN_UP_AFTER_HOURS = 72;
/** Mails and notices that are over are forgotten after this. */
export const MAILS_KEPT_DAYS = 30;
export const NOTICES_KEPT_DAYS = 90;
export const MAIL_ERROR_LENGTH_MAX = 500;
export const MAIL_SUBJECT_LENGTH_MAX = 150;

/** Machines that listen, of one organization: each takes part in accepting every event. */
export const LISTENERS_PER_ORGANIZATION_MAX = 20;
/** A listener ends when it was not connected for so long: over a weekend a laptop may sleep. */
export const LISTENER_IDLE_MS = 72 * 60 * 60_000;
/** Events that wait for one listener; what comes beyond is counted and not kept. */
export const LISTENER_WAITING_MAX = 10_000;
/** Events that `since` replays; of the events of that time so many are looked at. */
export const LISTENER_REPLAYED_MAX = 1_000;
export const LISTENER_SCANNED_MAX = 10_000;
export const LISTENER_SCANNED_PAGE = 100;
/** Transactions that were running when a listener was made are waited for so often, so long each time. */
export const LISTENER_HORIZON_TRIES = 40;
export const LISTENER_HORIZON_MS = 25;
/** Events that are on their way to a listener without being acknowledged; it keeps no more in memory. */
export const LISTENER_WINDOW = 100;
/** The queue of a listener is looked at this often, and at once when this node has accepted something for it. */
export const LISTENER_POLL_MS = 500;
/** Proxies close connections that say nothing. */
export const LISTENER_SILENCE_MS = 15_000;
/** A stream ends after so long; the client comes back, and who it is and what it may is asked again. */
export const LISTENER_STREAM_MS = 60_000;
/** Streams of one node. */
export const LISTENER_STREAMS_MAX = 1_000;
/** Surplus rows of one listener that are removed at once. */
export const LISTENER_TIDIED_MAX = 5_000;
