/** The bounds of what is counted for charts; the others stand in `limits.ts`. */

/** Counts are written so often: a row a subject, and not one a delivery. What a killed node had counted since is missing. */
export const STATISTICS_EVERY_MS = 3_000;
/** Subjects and minutes that a node counts at a time, while the database is away. */
export const STATISTICS_COUNTED_MAX = 100_000;
/** The last hour is drawn by minutes. */
export const STATISTICS_MINUTES_KEPT_HOURS = 3;
/** The last thirty days are drawn by hours. */
export const STATISTICS_HOURS_KEPT_DAYS = 32;
/** Endpoints whose sparklines are asked for at once: all that an organization may have by default. */
export const SPARKLINES_MAX = 100;
/** The overview counts the events of a minute up to this, and looks at so many deliveries for their lag. */
export const OVERVIEW_EVENTS_MAX = 600_000;
export const OVERVIEW_LAG_SAMPLE = 2_000;
