import { asId, formatId, type Id } from "../domain/id.ts";
import { newUuid } from "../platform/random.ts";
import { insertAuditEntry, type Actor, type Audit } from "../store/audit.ts";
import type { Caller } from "./authenticate.ts";
import type { Person } from "./person.ts";

/** Writes changes down under the name of whoever makes this request. */
export function auditFor(request: {
  readonly caller: Caller;
  readonly address: string | undefined;
  readonly requestId: Id<"req"> | null;
}): Audit {
  const { caller, address, requestId } = request;
  return (tx, change) =>
    insertAuditEntry(tx, {
      ...change,
      id: asId<"aud">(newUuid()),
      actor: actorOf(caller),
      address: address ?? null,
      requestId,
      result: "done",
    });
}

const SYSTEM: Actor = Object.freeze({ kind: "system", id: null, name: null });

/** What the installation does by itself. */
export const systemAudit: Audit = (tx, change) =>
  insertAuditEntry(tx, {
    ...change,
    id: asId<"aud">(newUuid()),
    actor: SYSTEM,
    address: null,
    requestId: null,
    result: "done",
  });

function userActor({ user }: Person): Actor {
  return { kind: "user", id: formatId("usr", user.id), name: user.name };
}

/** Who a caller is for the log. */
export function actorOf(caller: Caller): Actor {
  switch (caller.kind) {
    case "operator":
      if (caller.person) return userActor(caller.person);
      return { kind: "operator", id: caller.keyId && formatId("opk", caller.keyId), name: null };
    case "person":
      return userActor(caller.person);
    case "key":
      return { kind: "key", id: formatId("key", caller.key.row.id), name: caller.key.row.name };
    default:
      return SYSTEM;
  }
}
