/** Stands in the field of a limit in place of a number; the API's word, too. */
export const UNLIMITED = "unlimited";
