import type { Sql } from "../db/pool.ts";
import { checkOverlap, planRoll, type RollPlan } from "../domain/secret.ts";
import { ApiError, invalidRequest } from "../errors.ts";
import { PREVIOUS_SECRETS_MAX } from "../limits.ts";
import { assert } from "../platform/assert.ts";
import type { CompiledFormat } from "../platforms.ts";
import { findEndpoint, type EndpointRow } from "../store/endpoints.ts";
import {
  deleteSecrets,
  promoteNextSecret,
  retireCurrentSecret,
  setPreviousExpiry,
  trimPreviousSecrets,
} from "../store/signing-secrets.ts";
import { auditEndpoint } from "./audit.ts";
import { getLocked, writeEndpoint, type EndpointAddress, type EndpointContext } from "./context.ts";
import { secretProblems } from "./rules.ts";
import { newSecret, storeSecret } from "./secret.ts";

export interface RolledSecret {
  readonly endpoint: EndpointRow;
  readonly mode: RollPlan["mode"];
  /** The new one; in staged mode it signs only after its promotion. */
  readonly secret: string;
}

/**
 * Gives an endpoint a new secret, the way its wire format does it. When an immediate roll has
 * resolved, no attempt that starts afterwards is signed with an old secret, on any node. Throws
 * `not_found` or `invalid_request`.
 */
export async function rollSecret(
  context: EndpointContext,
  address: EndpointAddress,
  asked: {
    /** For how long the old secret shall sign on; undefined: as the wire format says. */
    readonly overlapSeconds: number | undefined;
    /** Undefined: one is generated. */
    readonly secret: string | undefined;
  },
): Promise<RolledSecret> {
  return writeEndpoint(context, address.id, async (tx) => {
    const before = await getLocked(tx, address);
    const format = context.platforms.format(before.wireFormat);
    const plan = requirePlan(format, asked);
    const secret = asked.secret ?? newSecret(format);
    await makeRoom(context, tx, { endpoint: before, format, plan });
    const state = plan.mode === "staged" ? "next" : "current";
    await storeSecret(tx, context.vault, { owner: before, secret, state });
    const endpoint = await findEndpoint(tx, address.id, address.scope);
    assert(endpoint, "a locked endpoint is there");
    const note = { secret: plan.mode, own: asked.secret !== undefined };
    const roll = { action: "endpoints.roll-secret", before, after: endpoint, note };
    await auditEndpoint(context, tx, roll);
    return { endpoint, mode: plan.mode, secret };
  });
}

/**
 * Makes the staged secret the one that signs; the old one is gone when this resolves. Throws
 * `not_found`, or `conflict` when none is staged.
 */
export async function promoteSecret(
  context: EndpointContext,
  address: EndpointAddress,
): Promise<EndpointRow> {
  return writeEndpoint(context, address.id, async (tx) => {
    const before = await getLocked(tx, address);
    await deleteSecrets(tx, address.id, ["current", "previous"]);
    if (!(await promoteNextSecret(tx, address.id))) {
      throw new ApiError("conflict", { detail: "No secret is staged; roll the secret first." });
    }
    const endpoint = await findEndpoint(tx, address.id, address.scope);
    assert(endpoint, "a locked endpoint is there");
    const note = { secret: "promoted" };
    const roll = { action: "endpoints.roll-secret", before, after: endpoint, note };
    await auditEndpoint(context, tx, roll);
    return endpoint;
  });
}

/**
 * Ends the overlap of a roll now, or gives it another end: so many seconds from now. At 0 no attempt that starts
 * afterwards is signed with an old secret, on any node. Throws `not_found`, `invalid_request`, or `conflict` when no
 * previous secret signs any more.
 */
export async function setOverlap(
  context: EndpointContext,
  address: EndpointAddress,
  seconds: number,
): Promise<EndpointRow> {
  return writeEndpoint(context, address.id, async (tx) => {
    const before = await getLocked(tx, address);
    const now = new Date(context.clock.now());
    if (before.previousSecretExpiresAt === null || before.previousSecretExpiresAt <= now) {
      throw new ApiError("conflict", { detail: "Only one secret signs; there is no overlap." });
    }
    const problem = checkOverlap(context.platforms.format(before.wireFormat), seconds);
    if (problem) throw invalidRequest([problem]);
    const until = new Date(now.getTime() + seconds * 1000);
    if (seconds === 0) await deleteSecrets(tx, address.id, ["previous"]);
    else await setPreviousExpiry(tx, address.id, { until, now });
    const endpoint = await findEndpoint(tx, address.id, address.scope);
    assert(endpoint, "a locked endpoint is there");
    const note = { secret: "overlap", previousExpiresAt: until.toISOString() };
    const roll = { action: "endpoints.roll-secret", before, after: endpoint, note };
    await auditEndpoint(context, tx, roll);
    return endpoint;
  });
}

/** How many previous secrets may sign beside the current one. */
export function previousSecretsMax({ signature }: Pick<CompiledFormat, "signature">): number {
  const signaturesMax = signature.max ?? Number.POSITIVE_INFINITY;
  return Math.min(signaturesMax - 1, PREVIOUS_SECRETS_MAX);
}

function requirePlan(
  format: CompiledFormat,
  { overlapSeconds, secret }: Parameters<typeof rollSecret>[2],
): RollPlan {
  const plan = planRoll(format, overlapSeconds);
  const problems = secretProblems(format, secret);
  if ("mode" in plan && problems.length === 0) return plan;
  throw invalidRequest(["mode" in plan ? [] : [plan], problems].flat());
}

/** Moves or removes what the new secret replaces. */
async function makeRoom(
  { clock }: Pick<EndpointContext, "clock">,
  tx: Sql,
  roll: {
    readonly endpoint: EndpointRow;
    readonly format: CompiledFormat;
    readonly plan: RollPlan;
  },
): Promise<void> {
  const { endpoint, format, plan } = roll;
  await deleteSecrets(tx, endpoint.id, ["next"]);
  if (plan.mode === "immediate") await deleteSecrets(tx, endpoint.id, ["current", "previous"]);
  if (plan.mode !== "overlap") return;
  const nowMs = clock.now();
  const expiresAt = new Date(nowMs + plan.overlapSeconds * 1000);
  await retireCurrentSecret(tx, endpoint.id, expiresAt);
  const kept = previousSecretsMax(format);
  await trimPreviousSecrets(tx, endpoint.id, { kept, now: new Date(nowMs) });
}
