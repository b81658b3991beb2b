import { checkSubscription } from "../domain/event-type.ts";
import { asId, formatId } from "../domain/id.ts";
import { newSecret } from "../endpoints/secret.ts";
import { filterProblems, requireFormat, secretProblems } from "../endpoints/rules.ts";
import { ApiError, invalidRequest } from "../errors.ts";
import { LISTENER_IDLE_MS, LISTENERS_PER_ORGANIZATION_MAX } from "../limits.ts";
import { newUuid } from "../platform/random.ts";
import type { CompiledFormat } from "../platforms.ts";
import { currentTransaction } from "../store/listener-events.ts";
import { countListeners, insertListener, type ListenerRow } from "../store/listeners.ts";
import { bumpRoutingVersion, type OrganizationRow } from "../store/organizations.ts";
import { sealedPlace } from "../store/sealed-place.ts";
import type { ListenerContext } from "./context.ts";
import { replayEvents } from "./replay.ts";

/** A listener as somebody asks for it. */
export interface NewListener extends Pick<
  ListenerRow,
  "ownerId" | "name" | "events" | "filter" | "resource" | "ordering"
> {
  /** Undefined: the format of the organization's profile. */
  readonly wireFormat: string | undefined;
  /** Undefined: one is made. */
  readonly secret: string | undefined;
  /** Events from then on come first; null for none. */
  readonly since: Date | null;
}

/**
 * Makes a listener for which every event is kept that is accepted after this resolves. Throws `invalid_request` with
 * all problems, or `limit_reached`.
 */
export async function createListener(
  context: ListenerContext,
  organization: OrganizationRow,
  asked: NewListener,
): Promise<{ readonly id: ListenerRow["id"]; readonly secret: string }> {
  const { sql, vault, audit } = context;
  const { id: organizationId, dataKeySealed, profile } = organization;
  const format = requireFormat(context, organization, asked.wireFormat);
  const { catalogue } = context.platforms.get(profile);
  const problems = [
    ...checkSubscription(asked.events, catalogue),
    ...filterProblems(asked.filter),
    ...secretProblems(anySecret(format), asked.secret),
  ];
  if (problems.length > 0) throw invalidRequest(problems);
  const secret = asked.secret ?? newSecret(format);
  const id = asId<"lsn">(newUuid());
  const sealer = vault.open(organizationId, dataKeySealed);
  const secretSealed = sealer.seal(sealedPlace.listener(id), secret);
  const row = { ...asked, id, organizationId, wireFormat: format.id, secretSealed };
  let transaction = "";
  await sql.begin(async (tx) => {
    // Takes the organization's row: of two requests at the limit the second one counts the first.
    await bumpRoutingVersion(tx, organizationId);
    requireRoom(await countListeners(tx, organizationId));
    await insertListener(tx, { ...row, lifeMs: LISTENER_IDLE_MS });
    const { name, events, wireFormat } = row;
    const object = { kind: "listener", id: formatId("lsn", id) };
    const after = { name, events, wireFormat };
    await audit(tx, { organizationId, action: "listeners.create", object, after });
    transaction = await currentTransaction(tx);
  });
  if (asked.since) await replayEvents(context, row, { since: asked.since, transaction });
  return { id, secret };
}

/** The secret of a machine is brought along, also where those of endpoints are always made here. */
function anySecret(format: CompiledFormat): CompiledFormat {
  return { ...format, secret: { ...format.secret, supplied: "optional" } };
}

function requireRoom(count: number): void {
  if (count < LISTENERS_PER_ORGANIZATION_MAX) return;
  const detail = `An organization has at most ${LISTENERS_PER_ORGANIZATION_MAX} listeners; end one that is not used.`;
  throw new ApiError("limit_reached", { detail, extra: { limit: LISTENERS_PER_ORGANIZATION_MAX } });
}
