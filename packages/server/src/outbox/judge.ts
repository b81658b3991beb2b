import type { PublishedEvent } from "../delivery/accept.ts";
import type { OrganizationId } from "../domain/id.ts";
import { readOutboxRow, type OutboxRow, type RowProblem } from "../domain/outbox-row.ts";
import { FIELD_ERRORS } from "../field-errors.ts";
import type { Platforms } from "../platforms.ts";
import type { OrganizationRow } from "../store/organizations.ts";

export interface JudgeContext {
  /** The named organization, or the only one; undefined when there is none. */
  readonly findOrganization: (
    id: OrganizationId | undefined,
  ) => OrganizationRow | undefined | Promise<OrganizationRow | undefined>;
  readonly platforms: Pick<Platforms, "get">;
  readonly nowMs: number;
}

export type Judgement =
  | { readonly ok: true; readonly event: PublishedEvent }
  | { readonly ok: false; readonly problem: RowProblem };

/** Whether a row may become an event: the rules of publishing, and of its organization's catalogue. */
export async function judgeRow(row: OutboxRow, context: JudgeContext): Promise<Judgement> {
  const read = readOutboxRow(row, context);
  if (!read.ok) return read;
  const { event } = read;
  const asked = event.organizationId ?? undefined;
  const organization = await context.findOrganization(asked);
  if (!organization) {
    return asked
      ? refuse("not_found", "No organization has this id.")
      : refuse("organization_required", FIELD_ERRORS.organization_required);
  }
  const { catalogue } = context.platforms.get(organization.profile);
  if (!catalogue.open && !catalogue.types.has(event.type)) {
    return refuse("type_unknown", FIELD_ERRORS.type_unknown);
  }
  return { ok: true, event: addressed(event, organization.id) };
}

function addressed(
  { type, resource, orderingKey, occurredAt, data }: Parsed,
  organizationId: OrganizationId,
): PublishedEvent {
  return {
    organizationId,
    type,
    resource,
    orderingKey,
    // Every row says when: the request that it is read as has the field.
    occurredAt: occurredAt ?? 0,
    data,
    idempotencyKey: null,
    bodySha256: null,
    traceparent: null,
  };
}

type Parsed = Extract<ReturnType<typeof readOutboxRow>, { ok: true }>["event"];

function refuse(reason: string, detail: string): Judgement {
  return { ok: false, problem: { reason, detail } };
}
