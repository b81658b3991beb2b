/** The bounds of what open pages are told; the others stand in `limits.ts`. */

/** Open streams on one node, and of one organization on it: each holds a connection and is asked about again and again. */
export const STREAMS_MAX = 1_000;
export const STREAMS_PER_ORGANIZATION_MAX = 100;
/** What a stream's reader may be behind in bytes and in looks; then it is closed, and goes on from where it was. */
export const STREAM_BUFFER_BYTES_MAX = 1024 * 1024;
export const STREAM_LOOKS_WAITING_MAX = 20;
/** So often a quiet stream says that it lives, and where it is: proxies cut connections that say nothing. */
export const STREAM_HEARTBEAT_MS = 15_000;
/** So soon a stream ends after a session has, or when its reader may see something else than before. */
export const STREAM_RECHECK_MS = 4_500;
/** Notes of changes are looked for so often while somebody listens: a row is to appear within a second. */
export const LIVE_POLL_MS = 250;
/** Deliveries that were accepted or settled are noted in batches. */
export const LIVE_FLUSH_MS = 100;
/** Of one organization on one node; what goes beyond is noted as one row a second that says so. */
export const LIVE_NOTES_PER_SECOND_MAX = 500;
/** Notes that one look reads; streams that would have to be told more are told to read the lists again. */
export const LIVE_NOTES_READ_MAX = 2_000;
/** After its last stream has closed, an organization's changes are noted for so long: whoever is back by then missed nothing. */
export const LIVE_WATCH_MS = 5 * 60_000;
export const LIVE_WATCH_RENEWED_EVERY_MS = 60_000;
export const LIVE_WATCHES_READ_EVERY_MS = 60_000;
/** Longer than the above, or a stream could go on from where notes are gone. */
export const LIVE_NOTES_KEPT_MS = 10 * 60_000;
