/** Where a page of a list begins and how long it is; lists are ordered by id, which is their age. */
export interface PageBounds {
  /** One more than asked for: whether there is a next page. */
  readonly limit: number;
  /** The id to continue after, or null for the first page. */
  readonly after: string | null;
  readonly isDescending: boolean;
}
