import { ApiError } from "./errors.ts";

/**
 * Throws `version_conflict` when the caller named the version that it has read (`If-Match`, RFC 9110, section 13.1.1) and
 * the row has another one by now. A row that is not there yet has version 0.
 */
export function requireVersion(
  row: { readonly version: number } | undefined,
  ifMatch: string | null,
): void {
  const version = row?.version ?? 0;
  if (ifMatch === null || ifMatch === String(version)) return;
  const detail = `The version is ${version} by now.`;
  throw new ApiError("version_conflict", { detail, extra: { version } });
}
