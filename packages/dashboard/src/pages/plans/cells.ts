/** Of the two tables of the form: pages, and limits. */
export const CELL = "h-10 border-b border-hairline px-3 first:pl-0";
export const HEAD =
  "h-9 border-b border-hairline px-3 text-label font-medium text-secondary first:pl-0";
