import * as crypto from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Platforms } from "../platforms.ts";

/** What makes two requests one delivery: equal for all its attempts, different for every other. */
export interface DeliveryKey {
  readonly digest: Buffer;
  /** What was compared: the name of a header, or the body. Null: there was nothing to compare. */
  readonly by: string | null;
}

/** The headers by which the installed wire formats name a delivery or its event, in lower case. */
export function deliveryIdHeaders(platforms: Pick<Platforms, "list">): readonly string[] {
  const names = platforms.list().flatMap(({ wireFormat }) =>
    wireFormat.headers.flatMap((part) => {
      const isId = part.kind === "id" && part.of !== "organization";
      return isId ? [part.name.toLowerCase()] : [];
    }),
  );
  return [...new Set(names)];
}

/** By the first of `names` that the request has, else by its body: attempts send the same bytes. */
export function deliveryKey(
  names: readonly string[],
  { headers, body }: { readonly headers: IncomingHttpHeaders; readonly body: Buffer },
): DeliveryKey {
  const name = names.find((one) => headers[one] !== undefined);
  const digest = (kind: string, value: string | Buffer) =>
    crypto.createHash("sha256").update(`${kind}\n`).update(value).digest();
  if (name !== undefined) return { digest: digest(name, String(headers[name])), by: name };
  return { digest: digest("", body), by: body.length > 0 ? "body" : null };
}
