/** One endpoint of a scenario; lane 3 gets the events of type `load.3`. */
export interface Lane {
  readonly number: number;
  /** Path and query at the receiver. */
  readonly path: string;
  /** Public id, `ep_…`. */
  readonly endpointId: string;
  /** The same as it stands in the database. */
  readonly endpointUuid: string;
  /** What its requests may be signed with; the first one is its first secret. */
  readonly secrets: string[];
  /** Nothing has to arrive here or to end, and coming again is right. */
  readonly isDead: boolean;
}
