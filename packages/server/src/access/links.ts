import * as crypto from "node:crypto";
import type { Sql } from "../db/pool.ts";
import { asId } from "../domain/id.ts";
import { ApiError } from "../errors.ts";
import { newUuid, randomBytes } from "../platform/random.ts";
import { findLink, insertLink, takeLink, type LinkKind, type LinkRow } from "../store/links.ts";

const TOKEN_BYTES = 32;

/** A link that works once: the token stands in the URL and nowhere else. */
export interface MadeLink {
  readonly token: string;
  readonly id: LinkRow["id"];
  readonly expiresAt: Date;
}

export async function makeLink(
  sql: Sql,
  link: Pick<LinkRow, "kind" | "userId" | "organizationId" | "payload"> & {
    readonly lifeMs: number;
  },
): Promise<MadeLink> {
  const token = randomToken();
  const id = asId<"lnk">(newUuid());
  const expiresAt = await insertLink(sql, { ...link, id, digest: tokenDigest(token) });
  return { token, id, expiresAt };
}

/** Uses a link up in the caller's transaction. Throws `link_invalid` for one that is unknown, used or over. */
export async function useLink(tx: Sql, kind: LinkKind, token: string): Promise<LinkRow> {
  const link = await takeLink(tx, tokenDigest(token), kind);
  if (!link) throw new ApiError("link_invalid");
  return link;
}

/** The same without using it up. */
export async function readLink(sql: Sql, kind: LinkKind, token: string): Promise<LinkRow> {
  const link = await findLink(sql, tokenDigest(token), kind);
  if (!link) throw new ApiError("link_invalid");
  return link;
}

/** 256 random bits for a cookie or a link. */
export function randomToken(): string {
  return randomBytes(TOKEN_BYTES).toString("base64url");
}

/** What is stored of a token: with so many random bits a fast hash is enough. */
export function tokenDigest(token: string): Buffer {
  return crypto.createHash("sha256").update(token).digest();
}
