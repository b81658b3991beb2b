import * as crypto from "node:crypto";
import { seal, sealingKey, unseal } from "../platform/seal.ts";
import type { MailRow } from "../store/mails.ts";
import { sealedPlace } from "../store/sealed-place.ts";

/** What a mail says. */
export interface MailBody {
  readonly text: string;
  readonly html: string;
  /** Where its button leads. */
  readonly link: string | null;
}

/**
 * Seals what waits to be sent: a mail may hold a link that leads into an account, and whoever reads a dump of the
 * database must not get in by it.
 */
export interface MailBodies {
  seal(id: MailRow["id"], body: MailBody): Buffer;
  /** Null for a mail that is gone, and what it said with it. */
  open(mail: Pick<MailRow, "id" | "bodySealed">): MailBody | null;
}

const KEY_PURPOSE = "mails";
const KEY_BYTES = 32;

export function createMailBodies(pepper: crypto.KeyObject): MailBodies {
  const key = sealingKey(
    Buffer.from(crypto.hkdfSync("sha256", pepper, "", KEY_PURPOSE, KEY_BYTES)),
  );
  return {
    seal: (id, body) => seal(key, sealedPlace.mail(id), Buffer.from(JSON.stringify(body))),
    open({ id, bodySealed }) {
      if (bodySealed === null) return null;
      // Proof: only `seal` makes what opens here, and it takes a body.
      return JSON.parse(unseal(key, sealedPlace.mail(id), bodySealed).toString()) as MailBody;
    },
  };
}
