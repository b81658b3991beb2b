import type { Pool, Sql } from "../db/pool.ts";
import type { EndpointId, OrganizationId } from "../domain/id.ts";
import type { Skipped } from "../domain/job.ts";
import type { Platforms } from "../platforms.ts";
import { findEndpoint, type EndpointRow } from "../store/endpoints.ts";
import type { JobRow } from "../store/jobs.ts";
import type { Queue } from "../store/ordering.ts";

/** What jobs need of the node. */
export interface JobContext {
  readonly sql: Pool;
  readonly platforms: Platforms;
  /** Makes the dispatchers look for due deliveries. */
  readonly wake: () => void;
}

/** The next items of a job, read and judged, and not yet written. */
export interface Batch {
  readonly kind: "batch";
  /** The last item of the batch; the job goes on behind it. */
  readonly cursor: string | null;
  /** The organization that the cursor is in, of a job over several. */
  readonly organizationCursor?: OrganizationId;
  readonly isExhausted: boolean;
  /** Items that were looked at. */
  readonly done: number;
  /** Those of them that cannot be done, by reason. */
  readonly skipped: Skipped;
  /** Items to write. */
  readonly chosen: number;
  /** `later`: their results are watched. `now`: to be written is the result. */
  readonly result: "now" | "later";
  /** In which something may have come first; they are advanced after the commit. */
  readonly queues: readonly Queue[];
  /** Runs in the transaction that moves the cursor; answers how many of the chosen items were still as they were read. */
  readonly write: (tx: Sql) => Promise<number>;
}

export type StepResult =
  | Batch
  /** The endpoint takes nothing at present. */
  | { readonly kind: "wait" }
  /** What the job was for is over. */
  | { readonly kind: "over"; readonly reason: string };

/** Reads the next items of a job, at most `limit`. */
export type Step = (context: JobContext, job: JobRow, limit: number) => Promise<StepResult>;

/** The endpoint of a job that sends to one: ready, waiting, or gone. */
export async function readEndpoint(
  { sql }: Pick<JobContext, "sql">,
  { endpointId, organizationId }: Pick<JobRow, "endpointId" | "organizationId">,
): Promise<EndpointRow | Exclude<StepResult, Batch> | undefined> {
  if (endpointId === null || organizationId === null) return undefined;
  const endpoint = await findEndpoint(sql, endpointId, organizationId);
  if (!endpoint) return { kind: "over", reason: "endpoint_deleted" };
  return endpoint.state === "active" ? endpoint : { kind: "wait" };
}

/** The queues of deliveries, each once. */
export function queuesOf(
  rows: readonly { readonly endpointId: EndpointId; readonly queueKey: string | null }[],
): Queue[] {
  const queues = new Map<string, Queue>();
  for (const { endpointId, queueKey: key } of rows) {
    if (key !== null) queues.set(`${endpointId} ${key}`, { endpointId, key });
  }
  return [...queues.values()];
}
