import type { InboxRow } from "../store/inboxes.ts";

/** 22 letters of base64url: 128 bits, which are the only credential of an inbox's URL. */
const TOKEN = /^\/in\/([A-Za-z0-9_-]{22})(?=$|[/?])/;
export const TOKEN_BYTES = 16;

/** Where an inbox receives. */
export function inboxUrl(
  { publicUrl }: { readonly publicUrl: string },
  { token }: Pick<InboxRow, "token">,
): string {
  return `${publicUrl}/in/${token}`;
}

/** The token in a request's path; what stands behind it belongs to the sender. */
export function tokenOf(path: string): string | undefined {
  return TOKEN.exec(path)?.[1];
}
