import type { SourceRow } from "../store/sources.ts";

/** 22 letters of base64url: 128 bits. */
export const TOKEN_BYTES = 16;
const PATH = /^\/hooks\/([^/?#]*)(\?.*)?$/s;

/** Where a source receives. */
export function sourceUrl(
  { publicUrl }: { readonly publicUrl: string },
  { token }: Pick<SourceRow, "token">,
): string {
  return `${publicUrl}/hooks/${token}`;
}

/** Token and query of a request's target; of a target of another form the token is one that no source has. */
export function readTarget(target: string): { readonly token: string; readonly query: string } {
  const [, token = "", query = ""] = PATH.exec(target) ?? [];
  return { token, query };
}
